/** @file Turns the runtime's errors on a device into ours. */
import { asLoraBridgeError, LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Device } from '../runtime/runtime.js';

/**
 * How ONNX Runtime, CUDA and its libraries, Direct3D, Vulkan, Metal and C++ report that memory has run out:
 * providers/cuda/cuda_call.cc, framework/bfc_arena.cc, and the webgpu provider's buffer manager on top of Dawn.
 */
const outOfMemory =
  /out of memory|Failed to allocate memory|smaller than requested bytes|ALLOC(?:ATION)?_FAILED|OUT_OF_(?:DEVICE|HOST)_MEMORY|E_OUTOFMEMORY|bad_alloc|bad allocation|exceeds the max(?:imum)? buffer size|Not enough memory/i;

/** The device is lost: the process can do nothing more on it. */
const lost =
  /device (?:is|was) lost|device lost|DEVICE_REMOVED|CUDA failure (?:700|719|46|999)\b|unspecified launch failure/i;

/** How the CUDA provider fails without a driver: the system's loader (the driver's library), or CUDA (errors 35 and 100). */
const noDriver = /libcuda\.so|nvcuda\.dll|CUDA driver version is insufficient|no CUDA-capable device/;

/**
 * The error to throw for an error of the runtime.
 * @param doing completes "… while " for the message
 */
export function deviceFault(cause: unknown, device: Device, doing: string): LoraBridgeError {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (outOfMemory.test(text)) {
    const where = device === 'cpu' ? 'The machine' : `The graphics device (${device})`;
    return new LoraBridgeError('resource.memory.exhausted', `${where} ran out of memory while ${doing}.`, {
      cause,
      hint:
        device === 'cpu'
          ? 'Choose a smaller resolution or batch size, train with --low-memory, or close other programs.'
          : 'Choose a smaller resolution or batch size, train with --low-memory, close other programs that use the graphics device, or use --device cpu.',
    });
  }
  if (device === 'cuda' && noDriver.test(text)) {
    return new LoraBridgeError(
      'resource.device.missing',
      `No NVIDIA driver that works with CUDA was found while ${doing}.`,
      {
        cause,
        hint: 'Install or update the driver (on WSL2: in Windows), or use another device; `lora-bridge doctor` lists the available devices.',
      },
    );
  }
  if (device !== 'cpu' && lost.test(text)) {
    return new LoraBridgeError(
      'resource.device.lost',
      `The graphics device (${device}) failed while ${doing}: ${text}`,
      {
        cause,
        hint: 'Its driver was reset, often for lack of memory or time: choose a smaller resolution, then resume the job.',
      },
    );
  }
  return asLoraBridgeError(cause);
}
