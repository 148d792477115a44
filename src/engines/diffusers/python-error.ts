/** @file Maps exceptions of Python to the project's error codes. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';

/** An exception as main.py reports it: its classes, the most derived first, and its text. */
export interface PythonException {
  readonly types: readonly string[];
  readonly message: string;
}

export const repair =
  'Repair the environment with `lora-bridge engine update diffusers`; `lora-bridge engine status` shows its state.';
const smaller =
  'Train with --low-memory, a smaller --resolution or --batch-size, or close other programs that use the device.';
export const resume = 'Check the log file, then resume the job: it continues from its last checkpoint.';

const memory = /out of memory|can't allocate memory|not enough memory|CUBLAS_STATUS_ALLOC_FAILED/i;
const network = /gloo|nccl|connection (was )?(closed|reset)|broken pipe|process group/i;
const imports = /^(Failed to import|Could not import module|.* requires .* but)|undefined symbol|DLL load failed/i;

/** The error for an exception. */
export function errorOf({ types, message }: PythonException): LoraBridgeError {
  const [type = 'Exception'] = types;
  const [line = ''] = message.trim().split('\n');
  const text = line || type;
  const is = (name: string): boolean => types.includes(name);
  if (is('MissingWeight'))
    return new LoraBridgeError('input.safetensors.tensor', text, { hint: 'Download the model again.' });
  if (is('UnsupportedPrecision'))
    return new LoraBridgeError('input.option.unsupported', text, { hint: 'Use --precision fp32, or --engine native.' });
  if (is('MemoryError') || memory.test(message))
    return new LoraBridgeError('resource.memory.exhausted', `There is not enough memory: ${text}`, { hint: smaller });
  if (is('ImportError') || imports.test(message)) {
    const what = `The Python environment of the engine does not work: ${text}`;
    return new LoraBridgeError('resource.engine.broken', what, { hint: repair });
  }
  if (is('DistBackendError') || is('DistNetworkError') || network.test(message)) {
    const what = `The connection between the processes that train together was lost: ${text}`;
    return new LoraBridgeError('trainer.crashed', what, { hint: resume });
  }
  return new LoraBridgeError('internal', `${type}: ${text}`);
}
