/** @file Whatever goes wrong in Python, in the words of the project's catalogue of errors. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';

/** An exception as Python reports it: its classes, the most special first, and its text. */
export interface PythonException {
  readonly types: readonly string[];
  readonly message: string;
}

export const repair =
  'Repair the environment with `lora-bridge engine update diffusers`; `lora-bridge engine status` shows its state.';
const smaller =
  'Train with --low-memory, a smaller --resolution or --batch-size, or end other programs that use the device.';
export const resume = 'Look into the log file, then resume the job: it continues from its last checkpoint.';

const memory = /out of memory|can't allocate memory|not enough memory|CUBLAS_STATUS_ALLOC_FAILED/i;
const network = /gloo|nccl|connection (was )?(closed|reset)|broken pipe|process group/i;
const imports = /^(Failed to import|Could not import module|.* requires .* but)|undefined symbol|DLL load failed/i;

/** The error that an exception means. */
export function errorOf({ types, message }: PythonException): LoraBridgeError {
  const [type = 'Exception'] = types;
  const [line = ''] = message.trim().split('\n');
  const said = line || type;
  const is = (name: string): boolean => types.includes(name);
  if (is('MissingWeight'))
    return new LoraBridgeError('input.safetensors.tensor', said, { hint: 'Download the model again.' });
  if (is('UnsupportedPrecision'))
    return new LoraBridgeError('input.option.unsupported', said, { hint: 'Use --precision fp32, or --engine native.' });
  if (is('MemoryError') || memory.test(message))
    return new LoraBridgeError('resource.memory.exhausted', `There is not enough memory: ${said}`, { hint: smaller });
  if (is('ImportError') || imports.test(message)) {
    const what = `The Python environment of the engine does not work: ${said}`;
    return new LoraBridgeError('resource.engine.broken', what, { hint: repair });
  }
  if (is('DistBackendError') || is('DistNetworkError') || network.test(message)) {
    const what = `The connection between the processes that train together was lost: ${said}`;
    return new LoraBridgeError('trainer.crashed', what, { hint: resume });
  }
  return new LoraBridgeError('internal', `${type}: ${said}`);
}
