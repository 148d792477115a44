/** @file The values of a pickle, which are data only: Python functions that it would call are kept as names. */
import type { SafetensorsDtype } from '../safetensors/dtype.js';

/** Elements in a file, which tensors are views of. */
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
  /** A Python class or function, by name. */
  | { readonly kind: 'global'; readonly name: string }
  /** The result of a call that was not made. */
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
