/**
 * @file The wheels of ONNX Runtime and of NVIDIA's libraries: written by `npm run cuda-wheels`, which asks PyPI.
 * NVIDIA's are those that PyTorch takes for the same CUDA. Libraries stand in the order in which they can be loaded.
 */
import type { CudaMachine, CudaVersion } from './cuda-version.js';
import type { LibraryWheel } from './library-wheel.js';

export const lockedWheels: Readonly<Record<CudaVersion, Readonly<Record<CudaMachine, readonly LibraryWheel[]>>>> = {
  '13': {
    'linux-x64': [
      {
        distribution: 'nvidia-cuda-runtime',
        version: '13.0.96',
        file: 'nvidia_cuda_runtime-13.0.96-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        sha256: '7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548',
        bytes: 2243632,
        libraries: {
          'nvidia/cu13/lib/libcudart.so.13': 704288,
        },
      },
      {
        distribution: 'nvidia-cublas',
        version: '13.1.0.3',
        file: 'nvidia_cublas-13.1.0.3-py3-none-manylinux_2_27_x86_64.whl',
        sha256: 'ee8722c1f0145ab246bccb9e452153b5e0515fd094c3678df50b2a0888b8b171',
        bytes: 423133236,
        libraries: {
          'nvidia/cu13/lib/libcublasLt.so.13': 541595600,
          'nvidia/cu13/lib/libcublas.so.13': 54177976,
        },
      },
      {
        distribution: 'nvidia-curand',
        version: '10.4.0.35',
        file: 'nvidia_curand-10.4.0.35-py3-none-manylinux_2_27_x86_64.whl',
        sha256: '1aee33a5da6e1db083fe2b90082def8915f30f3248d5896bcec36a579d941bfc',
        bytes: 59544258,
        libraries: {
          'nvidia/cu13/lib/libcurand.so.10': 132698328,
        },
      },
      {
        distribution: 'nvidia-cuda-nvrtc',
        version: '13.0.88',
        file: 'nvidia_cuda_nvrtc-13.0.88-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
        sha256: 'ad9b6d2ead2435f11cbb6868809d2adeeee302e9bb94bcf0539c7a40d80e8575',
        bytes: 90215200,
        libraries: {
          'nvidia/cu13/lib/libnvrtc-builtins.so.13.0': 4380616,
          'nvidia/cu13/lib/libnvrtc.so.13': 109338064,
        },
      },
      {
        distribution: 'nvidia-cudnn-cu13',
        version: '9.19.0.56',
        file: 'nvidia_cudnn_cu13-9.19.0.56-py3-none-manylinux_2_27_x86_64.whl',
        sha256: 'd20e1734305e9d68889a96e3f35094d733ff1f83932ebe462753973e53a572bf',
        bytes: 366066321,
        libraries: {
          'nvidia/cudnn/lib/libcudnn_graph.so.9': 4451728,
          'nvidia/cudnn/lib/libcudnn_ops.so.9': 39855888,
          'nvidia/cudnn/lib/libcudnn_cnn.so.9': 4203904,
          'nvidia/cudnn/lib/libcudnn_adv.so.9': 109169104,
          'nvidia/cudnn/lib/libcudnn_heuristic.so.9': 60822040,
          'nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9': 245391920,
          'nvidia/cudnn/lib/libcudnn_engines_runtime_compiled.so.9': 29386400,
          'nvidia/cudnn/lib/libcudnn.so.9': 129240,
        },
      },
      {
        distribution: 'onnxruntime-gpu',
        version: '1.30.0',
        file: 'onnxruntime_gpu-1.30.0-cp312-cp312-manylinux_2_28_x86_64.whl',
        sha256: '6acc0f4b3d5ac5f2984432faa59dd8fcce6775f8b43a7140afa0f322c7a703b1',
        bytes: 246685715,
        libraries: {
          'onnxruntime/capi/libonnxruntime_providers_shared.so': 14632,
          'onnxruntime/capi/libonnxruntime_providers_cuda.so': 272049904,
          'onnxruntime/capi/libonnxruntime.so.1.30.0': 29062976,
        },
      },
    ],
    'win32-x64': [
      {
        distribution: 'nvidia-cuda-runtime',
        version: '13.0.96',
        file: 'nvidia_cuda_runtime-13.0.96-py3-none-win_amd64.whl',
        sha256: 'f79298c8a098cec150a597c8eba58ecdab96e3bdc4b9bc4f9983635031740492',
        bytes: 2927037,
        libraries: {
          'nvidia/cu13/bin/x86_64/cudart64_13.dll': 470640,
        },
      },
      {
        distribution: 'nvidia-cublas',
        version: '13.1.0.3',
        file: 'nvidia_cublas-13.1.0.3-py3-none-win_amd64.whl',
        sha256: '2a3b94a37def342471c59fad7856caee4926809a72dd5270155d6a31b5b277be',
        bytes: 404355960,
        libraries: {
          'nvidia/cu13/bin/x86_64/cublasLt64_13.dll': 480401520,
          'nvidia/cu13/bin/x86_64/cublas64_13.dll': 51561584,
        },
      },
      {
        distribution: 'nvidia-cuda-nvrtc',
        version: '13.0.88',
        file: 'nvidia_cuda_nvrtc-13.0.88-py3-none-win_amd64.whl',
        sha256: '6bcd4e7f8e205cbe644f5a98f2f799bef9556fefc89dd786e79a16312ce49872',
        bytes: 76807835,
        libraries: {
          'nvidia/cu13/bin/x86_64/nvrtc-builtins64_130.dll': 4471328,
          'nvidia/cu13/bin/x86_64/nvrtc64_130_0.dll': 90965024,
        },
      },
      {
        distribution: 'nvidia-cudnn-cu13',
        version: '9.19.0.56',
        file: 'nvidia_cudnn_cu13-9.19.0.56-py3-none-win_amd64.whl',
        sha256: '40d8c375005bcb01495f8edf375230b203a411a0c05fb6dc92a3781edcb23eac',
        bytes: 350547366,
        libraries: {
          'nvidia/cudnn/bin/cudnn_graph64_9.dll': 2331760,
          'nvidia/cudnn/bin/cudnn_ops64_9.dll': 37130864,
          'nvidia/cudnn/bin/cudnn_cnn64_9.dll': 1534064,
          'nvidia/cudnn/bin/cudnn_adv64_9.dll': 107030128,
          'nvidia/cudnn/bin/cudnn_heuristic64_9.dll': 58915952,
          'nvidia/cudnn/bin/cudnn_engines_precompiled64_9.dll': 206127728,
          'nvidia/cudnn/bin/cudnn_engines_runtime_compiled64_9.dll': 24877680,
          'nvidia/cudnn/bin/cudnn64_9.dll': 273008,
        },
      },
      {
        distribution: 'onnxruntime-gpu',
        version: '1.30.0',
        file: 'onnxruntime_gpu-1.30.0-cp312-cp312-win_amd64.whl',
        sha256: '882da66f936e1f560b155118c5953dc45268cd92893abb8d31a940f4d1effb36',
        bytes: 160478594,
        libraries: {
          'onnxruntime/capi/onnxruntime_providers_shared.dll': 21816,
          'onnxruntime/capi/onnxruntime_providers_cuda.dll': 184764256,
          'onnxruntime/capi/onnxruntime.dll': 18036536,
        },
      },
    ],
  },
  '12': {
    'linux-x64': [
      {
        distribution: 'nvidia-cuda-runtime-cu12',
        version: '12.8.90',
        file: 'nvidia_cuda_runtime_cu12-12.8.90-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        sha256: 'adade8dcbd0edf427b7204d480d6066d33902cab2a4707dcfc48a2d0fd44ab90',
        bytes: 954765,
        libraries: {
          'nvidia/cuda_runtime/lib/libcudart.so.12': 728800,
        },
      },
      {
        distribution: 'nvidia-cublas-cu12',
        version: '12.8.4.1',
        file: 'nvidia_cublas_cu12-12.8.4.1-py3-none-manylinux_2_27_x86_64.whl',
        sha256: '8ac4e771d5a348c551b2a426eda6193c19aa630236b418086020df5ba9667142',
        bytes: 594346921,
        libraries: {
          'nvidia/cublas/lib/libcublasLt.so.12': 751771728,
          'nvidia/cublas/lib/libcublas.so.12': 116388640,
        },
      },
      {
        distribution: 'nvidia-curand-cu12',
        version: '10.3.9.90',
        file: 'nvidia_curand_cu12-10.3.9.90-py3-none-manylinux_2_27_x86_64.whl',
        sha256: 'b32331d4f4df5d6eefa0554c565b626c7216f87a06a4f56fab27c3b68a830ec9',
        bytes: 63619976,
        libraries: {
          'nvidia/curand/lib/libcurand.so.10': 136749240,
        },
      },
      {
        distribution: 'nvidia-cufft-cu12',
        version: '11.3.3.83',
        file: 'nvidia_cufft_cu12-11.3.3.83-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        sha256: '4d2dd21ec0b88cf61b62e6b43564355e5222e4a3fb394cac0db101f2dd0d4f74',
        bytes: 193118695,
        libraries: {
          'nvidia/cufft/lib/libcufft.so.11': 278925016,
        },
      },
      {
        distribution: 'nvidia-cuda-nvrtc-cu12',
        version: '12.8.93',
        file: 'nvidia_cuda_nvrtc_cu12-12.8.93-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
        sha256: 'a7756528852ef889772a84c6cd89d41dfa74667e24cca16bb31f8f061e3e9994',
        bytes: 88040029,
        libraries: {
          'nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.8': 6338504,
          'nvidia/cuda_nvrtc/lib/libnvrtc.so.12': 104487248,
        },
      },
      {
        distribution: 'nvidia-cudnn-cu12',
        version: '9.10.2.21',
        file: 'nvidia_cudnn_cu12-9.10.2.21-py3-none-manylinux_2_27_x86_64.whl',
        sha256: '949452be657fa16687d0930933f032835951ef0892b37d2d53824d1a84dc97a8',
        bytes: 706758467,
        libraries: {
          'nvidia/cudnn/lib/libcudnn_graph.so.9': 4439912,
          'nvidia/cudnn/lib/libcudnn_ops.so.9': 127936080,
          'nvidia/cudnn/lib/libcudnn_cnn.so.9': 6301096,
          'nvidia/cudnn/lib/libcudnn_adv.so.9': 285226600,
          'nvidia/cudnn/lib/libcudnn_heuristic.so.9': 58726712,
          'nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9': 547383096,
          'nvidia/cudnn/lib/libcudnn_engines_runtime_compiled.so.9': 23094328,
          'nvidia/cudnn/lib/libcudnn.so.9': 125136,
        },
      },
      {
        distribution: 'onnxruntime-gpu',
        version: '1.26.0',
        file: 'onnxruntime_gpu-1.26.0-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl',
        sha256: '3c01119ed4d9449d60367fa8ccffcd02bd3fe736754284e4b198d131f54edad6',
        bytes: 276971796,
        libraries: {
          'onnxruntime/capi/libonnxruntime_providers_shared.so': 14632,
          'onnxruntime/capi/libonnxruntime_providers_cuda.so': 400827896,
          'onnxruntime/capi/libonnxruntime.so.1.26.0': 23101400,
        },
      },
    ],
    'win32-x64': [
      {
        distribution: 'nvidia-cuda-runtime-cu12',
        version: '12.8.90',
        file: 'nvidia_cuda_runtime_cu12-12.8.90-py3-none-win_amd64.whl',
        sha256: 'c0c6027f01505bfed6c3b21ec546f69c687689aad5f1a377554bc6ca4aa993a8',
        bytes: 944318,
        libraries: {
          'nvidia/cuda_runtime/bin/cudart64_12.dll': 573952,
        },
      },
      {
        distribution: 'nvidia-cublas-cu12',
        version: '12.8.4.1',
        file: 'nvidia_cublas_cu12-12.8.4.1-py3-none-win_amd64.whl',
        sha256: '47e9b82132fa8d2b4944e708049229601448aaad7e6f296f630f2d1a32de35af',
        bytes: 567544208,
        libraries: {
          'nvidia/cublas/bin/cublasLt64_12.dll': 674667520,
          'nvidia/cublas/bin/cublas64_12.dll': 113716224,
        },
      },
      {
        distribution: 'nvidia-cufft-cu12',
        version: '11.3.3.83',
        file: 'nvidia_cufft_cu12-11.3.3.83-py3-none-win_amd64.whl',
        sha256: '7a64a98ef2a7c47f905aaf8931b69a3a43f27c55530c698bb2ed7c75c0b42cb7',
        bytes: 192216559,
        libraries: {
          'nvidia/cufft/bin/cufft64_11.dll': 276121600,
        },
      },
      {
        distribution: 'nvidia-cuda-nvrtc-cu12',
        version: '12.8.93',
        file: 'nvidia_cuda_nvrtc_cu12-12.8.93-py3-none-win_amd64.whl',
        sha256: '7a4b6b2904850fe78e0bd179c4b655c404d4bb799ef03ddc60804247099ae909',
        bytes: 73586838,
        libraries: {
          'nvidia/cuda_nvrtc/bin/nvrtc-builtins64_128.dll': 6356480,
          'nvidia/cuda_nvrtc/bin/nvrtc64_120_0.dll': 86728192,
        },
      },
      {
        distribution: 'nvidia-cudnn-cu12',
        version: '9.10.2.21',
        file: 'nvidia_cudnn_cu12-9.10.2.21-py3-none-win_amd64.whl',
        sha256: 'c6288de7d63e6cf62988f0923f96dc339cea362decb1bf5b3141883392a7d65e',
        bytes: 692992268,
        libraries: {
          'nvidia/cudnn/bin/cudnn_graph64_9.dll': 2420256,
          'nvidia/cudnn/bin/cudnn_ops64_9.dll': 126508576,
          'nvidia/cudnn/bin/cudnn_cnn64_9.dll': 4618272,
          'nvidia/cudnn/bin/cudnn_adv64_9.dll': 282445872,
          'nvidia/cudnn/bin/cudnn_heuristic64_9.dll': 56823328,
          'nvidia/cudnn/bin/cudnn_engines_precompiled64_9.dll': 513926688,
          'nvidia/cudnn/bin/cudnn_engines_runtime_compiled64_9.dll': 20201008,
          'nvidia/cudnn/bin/cudnn64_9.dll': 266288,
        },
      },
      {
        distribution: 'onnxruntime-gpu',
        version: '1.26.0',
        file: 'onnxruntime_gpu-1.26.0-cp312-cp312-win_amd64.whl',
        sha256: '5f49c44689894650990e4c8a857d2edafc276fbd79bba57ceb224bd18d25d491',
        bytes: 226548963,
        libraries: {
          'onnxruntime/capi/onnxruntime_providers_shared.dll': 21816,
          'onnxruntime/capi/onnxruntime_providers_cuda.dll': 340580664,
          'onnxruntime/capi/onnxruntime.dll': 16401248,
        },
      },
    ],
  },
};
