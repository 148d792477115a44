/** @file What `lora-bridge engine` does with CUDA for the native engine. */
import { bestCudaVersion, type CudaVersion, cudaProblem, cudaVersions } from '../engines/native/cuda/cuda-version.js';
import { installCuda, requireCudaMachine } from '../engines/native/cuda/install.js';
import { cudaFolder, findCudaInstallation, findCudaRuntime } from '../engines/native/cuda/runtime-folder.js';
import { listDevices } from '../engines/native/devices.js';
import { nvidiaGpus } from '../engines/nvidia.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { downloadProgress } from './download-progress.js';
import { note, print } from './output.js';
import { ProgressLine } from './progress.js';

/** The version that `--cuda` names; with `auto` the best for the first GPU, or the newest if no driver is installed yet. */
async function chooseVersion(requested: string): Promise<CudaVersion> {
  const named = cudaVersions.find((version) => version === requested);
  if (named !== undefined) return named;
  if (requested !== 'auto') {
    throw new LoraBridgeError('input.option.invalid', `--cuda "${requested}" is not a valid value.`, {
      hint: `Choose auto, ${cudaVersions.join(' or ')}.`,
    });
  }
  const machine = requireCudaMachine();
  const [gpu] = await nvidiaGpus();
  if (gpu === undefined) {
    note(`No NVIDIA driver found (nvidia-smi): installing CUDA ${cudaVersions[0]}; drivers before 580 need --cuda 12.`);
    return cudaVersions[0];
  }
  const best = bestCudaVersion(machine, gpu);
  if (best !== undefined) return best;
  throw new LoraBridgeError(
    'resource.device.missing',
    cudaProblem('12', machine, gpu) ?? 'No supported CUDA version fits this GPU and driver.',
    {
      hint: 'Train with --device webgpu or cpu.',
    },
  );
}

/** Installs CUDA for the native engine, or repairs the installation. */
export async function installCudaEngine(requested: string): Promise<void> {
  const version = await chooseVersion(requested);
  if ((await findCudaRuntime())?.cuda !== version) {
    note(`Installing ONNX Runtime and NVIDIA's libraries for CUDA ${version} into ${cudaFolder()} …`);
    note("NVIDIA's libraries are covered by the CUDA and cuDNN licences: https://docs.nvidia.com/cuda/eula");
  }
  const line = new ProgressLine(false);
  const news = { progress: downloadProgress(line), line: (text: string) => line.say(text) };
  await installCuda(version, news).finally(() => line.end());
  const cuda = (await listDevices()).find(({ name }) => name === 'cuda');
  print(cuda?.available ? `CUDA is ready: ${cuda.reason}` : `CUDA ${version} is installed. ${cuda?.reason}`);
}

/** Repairs what is installed, in the version that fits the GPU as it is now. */
export async function updateCudaEngine(): Promise<void> {
  const installation = await findCudaInstallation();
  if (installation.state === 'absent') {
    throw new LoraBridgeError('resource.engine.missing', 'CUDA is not installed for the native engine.', {
      hint: 'Install it with `lora-bridge engine install cuda`.',
    });
  }
  const { cuda } = installation.state === 'complete' ? installation.runtime : installation;
  await installCudaEngine((await nvidiaGpus()).length === 0 ? cuda : 'auto');
}

/** What `engine status` reports about CUDA. */
export async function cudaStatus(): Promise<{ json: unknown; line: string }> {
  const installation = await findCudaInstallation();
  const device = (await listDevices()).find(({ name }) => name === 'cuda');
  const usable = device?.available === true;
  const reason = device?.reason ?? '';
  const what =
    installation.state === 'complete'
      ? `CUDA ${installation.runtime.cuda}, ONNX Runtime ${installation.runtime.version}`
      : installation.state === 'broken'
        ? `broken: ${installation.reason} Repair it with \`lora-bridge engine update cuda\`.`
        : 'not installed: run `lora-bridge engine install cuda`.';
  return {
    json: { ...installation, usable, reason },
    line: usable || installation.state !== 'complete' ? what : `${what}. ${reason}`,
  };
}
