/** @file Finds the tensors in a pickle: the state dict of a Lightning checkpoint, or a dictionary that is the whole file. */
import { broken } from './fault.js';
import { isKind, type PickledDict, type PickledTensor, type PickledValue } from './pickled-value.js';

/** Keys under which checkpoints store weights, next to the optimizer's state and the like. */
const wrappers = ['state_dict', 'params_ema', 'params', 'model'];

export interface FoundTensors {
  readonly tensors: ReadonlyMap<string, PickledTensor>;
  /** Names of entries that are not tensors. */
  readonly leftOut: readonly string[];
}

function entry(dict: PickledDict, name: string): PickledValue | undefined {
  return dict.entries.findLast(([key]) => key === name)?.[1];
}

const hasTensors = (value: PickledValue | undefined): value is PickledDict =>
  isKind(value, 'dict') && value.entries.some(([, inner]) => isKind(inner, 'tensor'));

/** @throws LoraBridgeError `input.torch.invalid` when there is none. */
export function findTensors(path: string, root: PickledValue): FoundTensors {
  if (!isKind(root, 'dict')) throw broken(path, 'it holds no dictionary of tensors');
  const inner = wrappers.map((name) => entry(root, name)).find(hasTensors);
  const dict = inner ?? root;
  const tensors = new Map<string, PickledTensor>();
  const leftOut: string[] = [];
  for (const [key, value] of dict.entries) {
    if (typeof key === 'string' && isKind(value, 'tensor')) tensors.set(key, value);
    else leftOut.push(typeof key === 'string' ? key : 'an entry without a name');
  }
  if (tensors.size === 0) throw broken(path, 'it holds no tensors');
  if (inner !== undefined)
    leftOut.push(...root.entries.map(([key]) => String(key)).filter((key) => !wrappers.includes(key)));
  return { tensors, leftOut };
}
