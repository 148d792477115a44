/** @file What every block of the UNet takes besides its input. */
import type { Value } from '../../graph/index.js';
import type { UnetConfig } from '../config/unet-config.js';
import type { LoraBranches } from './lora-branches.js';

export interface UnetContext {
  readonly config: UnetConfig;
  /** silu of the time embedding [N, 4 · first channels]. */
  readonly time: Value;
  /** The text encoder's hidden states, [N · tokens, width]. */
  readonly textHiddenStates: Value;
  readonly lora: LoraBranches;
  /** For what is cheap to compute and large to keep: see `Graph.recompute`. */
  recompute(build: () => Value): Value;
  /** For what is large to keep but takes time to recompute. */
  recomputeIfLowMemory(build: () => Value): Value;
}
