/** @file What a pickle can hold here: data only. A pickle names Python functions to be called; these are kept as names. */
import type { SafetensorsDtype } from '../safetensors/dtype.js';

/** Numbers in a file, that tensors are windows into. */
export interface Storage {
  readonly kind: 'storage';
  readonly key: string;
  readonly dtype: SafetensorsDtype;
  readonly elements: number;
}

export interface PickledTensor {
  readonly kind: 'tensor';
  readonly storage: Storage;
  /** All in elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

export interface PickledDict {
  readonly kind: 'dict';
  readonly entries: [key: PickledValue, value: PickledValue][];
}

export type PickledValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | { readonly kind: 'list'; readonly items: PickledValue[] }
  | { readonly kind: 'tuple'; readonly items: PickledValue[] }
  | PickledDict
  /** A class or function of Python by its name. */
  | { readonly kind: 'global'; readonly name: string }
  /** What calling one would have made. It was not called. */
  | { readonly kind: 'uncalled'; readonly name: string }
  | Storage
  | PickledTensor;

export function isKind<Kind extends 'list' | 'tuple' | 'dict' | 'global' | 'uncalled' | 'storage' | 'tensor'>(
  value: PickledValue | undefined,
  kind: Kind,
): value is Extract<PickledValue, { readonly kind: Kind }> {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && (value.kind as string) === kind
  );
}
