/** @file A wheel that shared libraries are extracted from. */
import type { Wheel } from '../../wheels/wheel.js';

export interface LibraryWheel extends Wheel {
  /** Bytes of each library by its name in the wheel, in an order in which they can be loaded. */
  readonly libraries: Readonly<Record<string, number>>;
}
