/** @file The errors of broken and refused files of PyTorch. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

/** The file is broken: `what` completes "… is not a usable PyTorch file: ". */
export function broken(path: string, what: string, cause?: unknown): LoraBridgeError {
  return new LoraBridgeError('input.torch.invalid', `${path} is not a usable PyTorch file: ${what}.`, {
    file: path,
    hint: 'Download or copy the file again; if that does not help, the file was written incorrectly and cannot be used.',
    cause,
  });
}

/** The file may be sound, but is refused: `what` completes "… cannot be read: ". */
export function refused(path: string, what: string): LoraBridgeError {
  return new LoraBridgeError('input.torch.unsupported', `${path} cannot be read: ${what}.`, {
    file: path,
    hint: 'Look for a .safetensors version of it; or, if you trust the file, load it in PyTorch and save its tensors with safetensors.',
  });
}
