/**
 * @file Checkpoints: a folder with the LoRA, the optimizer's moments and the progress of the run. All random choices follow from the seed
 * and the step, so nothing else is needed to resume bit for bit.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Lora } from '../diffusion/lora/lora.js';
import { kohyaName } from '../diffusion/lora/lora-keys.js';
import { LoraLayout } from '../diffusion/lora/lora-layout.js';
import type { LoraTraining } from '../diffusion/lora/lora-metadata.js';
import { readLora, type TrainedPart } from '../diffusion/lora/read-lora.js';
import { writeKohyaLora } from '../diffusion/lora/write-lora.js';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import { syncFolderSync } from '../files/durable.js';
import { replaceSync } from '../files/replace.js';
import { type TrainOptions, trainOptions } from '../protocol/train-options.js';
import { openSafetensors, type SafetensorsFile } from '../safetensors/header.js';
import { readTensor } from '../safetensors/read.js';
import { type TensorData, writeSafetensors } from '../safetensors/write.js';
import type { AdamW } from './adamw.js';
import { checksumOf, requireChecksum, withChecksum, withoutChecksum } from './checksum.js';
import { type LossScaling, lossScaling } from './loss-scaler.js';
import type { TrainingState } from './training-state.js';

const checkpointState = z.object({
  version: z.literal(1),
  /** The run that it belongs to. */
  run: z.string().optional(),
  /** Steps done. */
  step: z.int().min(1),
  options: trainOptions,
  /** Seconds that the run has trained so far, over all its parts. */
  seconds: z.number().min(0),
  /** Of a run in 16 bits. */
  lossScaling: lossScaling.optional(),
  /** SHA-256 of each other file; absent in checkpoints of older versions. */
  checksums: z.record(z.string(), z.string()).optional(),
});

export type CheckpointState = z.output<typeof checkpointState>;

export interface Checkpoint {
  readonly state: CheckpointState;
  readonly lora: Lora;
  readonly lossScaling?: LossScaling | undefined;
  readonly restore: (optimizer: AdamW) => void;
}

const loraFile = 'lora.safetensors';
const optimizerFile = 'optimizer.safetensors';
const stateFile = 'state.json';

/** torch's names for the two moments. */
const moments = ['exp_avg', 'exp_avg_sq'] as const;

const momentOf = (optimizer: AdamW, name: (typeof moments)[number]): Float32Array =>
  name === 'exp_avg' ? optimizer.firstMoment : optimizer.secondMoment;

/** Both matrices of each module, under the LoRA's own keys followed by the moment's name. */
function momentTensors(
  optimizer: AdamW,
  { component, targets }: TrainedPart,
  rank: number,
): Record<string, TensorData> {
  const tensors: Record<string, TensorData> = {};
  for (const moment of moments) {
    for (const [path, { down, up }] of new LoraLayout(targets, rank).views(momentOf(optimizer, moment))) {
      const name = kohyaName(component, path, 'sd');
      tensors[`${name}.lora_down.weight.${moment}`] = { shape: [rank, down.length / rank], data: down };
      tensors[`${name}.lora_up.weight.${moment}`] = { shape: [up.length / rank, rank], data: up };
    }
  }
  return tensors;
}

/** Writes a checkpoint; `folder` appears only when it is complete and on disk. */
export function writeCheckpoint(
  folder: string,
  { part, trainable: { lora }, adamW, lossScaling }: TrainingState,
  progress: Pick<CheckpointState, 'run' | 'step' | 'options' | 'seconds'>,
  training: LoraTraining,
): void {
  const unfinished = `${folder}.tmp`;
  rmSync(unfinished, { recursive: true, force: true });
  try {
    mkdirSync(unfinished, { recursive: true });
    writeKohyaLora(join(unfinished, loraFile), lora, training);
    writeSafetensors(join(unfinished, optimizerFile), momentTensors(adamW, part, lora.rank));
    const checksums = Object.fromEntries(
      [loraFile, optimizerFile].map((file) => [file, checksumOf(readFileSync(join(unfinished, file)))]),
    );
    const state = { version: 1, ...progress, ...(lossScaling && { lossScaling }), checksums } satisfies CheckpointState;
    writeFileSync(join(unfinished, stateFile), `${JSON.stringify(withChecksum(state), undefined, 2)}\n`, {
      flush: true,
    });
    rmSync(folder, { recursive: true, force: true });
    replaceSync(unfinished, folder);
    syncFolderSync(dirname(folder));
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw asLoraBridgeError(error, folder);
  }
}

/** Options that may differ when a run is resumed; any other would make it a different run. */
const changeable: readonly (keyof TrainOptions)[] = [
  'steps',
  'checkpointEvery',
  'checkpointMinutes',
  'previewEvery',
  'previewCount',
  'previewPrompt',
  'engine',
  'device',
  'precision',
  'threads',
  'gpus',
  'nodes',
];

/**
 * The progress of a checkpoint's run.
 * @throws LoraBridgeError `input.checkpoint.broken`, or `input.checkpoint.mismatch` naming the option that differs.
 */
export function readCheckpointState(folder: string, options: TrainOptions): CheckpointState {
  if (!existsSync(join(folder, stateFile))) throw broken(folder, undefined);
  const saved = intact(folder, () =>
    checkpointState.parse(withoutChecksum(JSON.parse(readFileSync(join(folder, stateFile), 'utf8')), stateFile)),
  );
  for (const name of Object.keys(trainOptions.shape) as (keyof TrainOptions)[]) {
    if (changeable.includes(name)) continue;
    if (JSON.stringify(saved.options[name]) !== JSON.stringify(options[name])) {
      const values = `${JSON.stringify(saved.options[name])} there, ${JSON.stringify(options[name])} now`;
      throw new LoraBridgeError(
        'input.checkpoint.mismatch',
        `The checkpoint was made with another ${name}: ${values}.`,
        {
          file: folder,
          hint: 'Resume with the options of the first start, or start a new run in another folder.',
        },
      );
    }
  }
  return saved;
}

/**
 * Reads a checkpoint to resume with `options`.
 * @throws LoraBridgeError as `readCheckpointState` does
 */
export function readCheckpoint(folder: string, part: TrainedPart, options: TrainOptions): Checkpoint {
  const saved = readCheckpointState(folder, options);
  // A flipped bit is a valid value: without this, it would be trained on.
  for (const [file, checksum] of Object.entries(saved.checksums ?? {})) {
    intact(folder, () => requireChecksum(readFileSync(join(folder, file)), checksum, file));
  }
  const { lora } = intact(folder, () => readLora(join(folder, loraFile), part));
  // Opened now, so that a damaged file is found before anything else is done.
  const file = intact(folder, () => openSafetensors(join(folder, optimizerFile)));
  return {
    state: saved,
    lora,
    lossScaling: saved.lossScaling,
    restore: (optimizer) => intact(folder, () => restore(file, part, lora.rank, updatesOf(saved), optimizer)),
  };
}

/** Updates that the optimizer has done: skipped steps do not count. */
const updatesOf = ({ step, lossScaling }: CheckpointState): number => step - (lossScaling?.skippedSteps ?? 0);

/** What `read` returns; any error means that the checkpoint is broken. */
function intact<Result>(folder: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw broken(folder, cause);
  }
}

function restore(
  file: SafetensorsFile,
  { component, targets }: TrainedPart,
  rank: number,
  updates: number,
  optimizer: AdamW,
): void {
  for (const moment of moments) {
    for (const [path, { down, up }] of new LoraLayout(targets, rank).views(momentOf(optimizer, moment))) {
      const name = kohyaName(component, path, 'sd');
      down.set(readTensor(file, `${name}.lora_down.weight.${moment}`));
      up.set(readTensor(file, `${name}.lora_up.weight.${moment}`));
    }
  }
  optimizer.updates = updates;
}

function broken(folder: string, cause: unknown): LoraBridgeError {
  const why = cause instanceof Error && !(cause instanceof z.ZodError) ? `: ${cause.message}` : '.';
  return new LoraBridgeError('input.checkpoint.broken', `${folder} is not a complete checkpoint${why}`, {
    file: folder,
    hint: 'Delete that folder to resume from the checkpoint before it, or start a new run.',
    cause,
  });
}
