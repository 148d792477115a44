/** @file The few Python names that have a meaning in a file of tensors. */
import type { SafetensorsDtype } from '../safetensors/dtype.js';
import { isKind, type PickledTensor, type PickledValue, type Storage } from './pickled-value.js';

const storageTypes: Readonly<Record<string, SafetensorsDtype>> = {
  'torch.DoubleStorage': 'F64',
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function sizes(value: PickledValue | undefined): readonly number[] | undefined {
  if (!isKind(value, 'tuple')) return undefined;
  return value.items.every(isSize) ? (value.items as number[]) : undefined;
}

/** `torch._utils._rebuild_tensor`: storage, offset, size, stride, and arguments that are not needed. */
function tensor([storage, offset, size, step]: readonly PickledValue[]): PickledTensor | undefined {
  const [shape, stride] = [sizes(size), sizes(step)];
  if (!isKind(storage, 'storage') || !isSize(offset) || !shape || !stride || shape.length !== stride.length)
    return undefined;
  return { kind: 'tensor', storage, offset, shape, stride };
}

/** `collections.OrderedDict`: empty, or from a list of pairs. */
function dict([pairs]: readonly PickledValue[]): PickledValue | undefined {
  if (pairs === undefined) return { kind: 'dict', entries: [] };
  if (!isKind(pairs, 'list')) return undefined;
  const entries: [PickledValue, PickledValue][] = [];
  for (const pair of pairs.items) {
    if (!isKind(pair, 'list') && !isKind(pair, 'tuple')) return undefined;
    const [key, value] = pair.items;
    if (key === undefined || value === undefined) return undefined;
    entries.push([key, value]);
  }
  return { kind: 'dict', entries };
}

type Builder = (args: readonly PickledValue[]) => PickledValue | undefined;

/** The only functions that are emulated. They return undefined for invalid arguments. */
export const builders: ReadonlyMap<string, Builder> = new Map<string, Builder>([
  ['torch._utils._rebuild_tensor', tensor],
  ['torch._utils._rebuild_tensor_v2', tensor],
  ['torch._utils._rebuild_parameter', ([data]) => (isKind(data, 'tensor') ? data : undefined)],
  ['collections.OrderedDict', dict],
  ['collections.defaultdict', () => dict([])],
]);

/** The storage that a persistent id names: ('storage', type, key, place, elements, …). */
export function storageOf(id: PickledValue | undefined): Storage | undefined {
  if (!isKind(id, 'tuple')) return undefined;
  const [word, type, key, , elements] = id.items;
  if (word !== 'storage' || !isKind(type, 'global') || typeof key !== 'string' || !isSize(elements)) return undefined;
  const dtype = storageTypes[type.name];
  return dtype && { kind: 'storage', key, dtype, elements };
}
