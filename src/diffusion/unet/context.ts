/** @file What every block of the UNet needs besides its input. */
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
  /** Builds what is cheap to compute and large to keep: see `Graph.recompute`. */
  recompute(build: () => Value): Value;
  /** Builds what is large to keep and takes time to compute again, so that only low memory is a reason for it. */
  recomputeIfLowMemory(build: () => Value): Value;
}
