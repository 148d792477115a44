/** @file The job file of the child process that prepares a dataset, made from the request. */
import type { PrepareJobInput } from '../dataset/job.js';
import { openTrainableBase } from '../engines/trainable-base.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { ShotDescription } from '../protocol/shot.js';
import type { JobRequest } from '../store/jobs.js';
import type { Pictures } from '../store/pictures.js';
import type { Shots } from '../store/shots.js';

/**
 * @throws LoraBridgeError `input.model.*` when the base model cannot be used, before anything is prepared; `state.shot.none`
 * when all shots of the job were removed since it was queued
 */
export async function datasetJobFor(
  { character, folder, shots, options }: JobRequest,
  out: string,
  stored: { shots: Shots; pictures: Pictures },
): Promise<PrepareJobInput> {
  const { prompt, framings, base, steps, batchSize } = options;
  const model = await openTrainableBase(base, options);
  const rest = {
    prompt,
    framings,
    out,
    resolution: options.resolution ?? model.resolution,
    // What the native engine does not train has other text encoders than CLIP, too.
    clip: model.engines[0] === 'native',
    samples: steps * batchSize,
  };
  if (folder !== undefined) return { source: { folder }, ...rest };
  const present = (shots ?? []).map((id) => stored.shots.get(id)).filter((shot) => shot !== undefined);
  if (present.length === 0) {
    throw new LoraBridgeError('state.shot.none', `All shots of ${character} for this job were removed.`, {
      hint: 'Upload shots and start a new job.',
    });
  }
  // Uploads end in any order; the same shots and seed must give the same LoRA.
  present.sort((a, b) => compare(a.name, b.name) || compare(a.sha256, b.sha256));
  return { source: { shots: present.map((shot) => toDatasetShot(shot, stored.pictures)) }, ...rest };
}

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

type DatasetShot = Extract<PrepareJobInput['source'], { shots: unknown }>['shots'][number];

function toDatasetShot(shot: ShotDescription, pictures: Pictures): DatasetShot {
  const { sha256, name, pose, yaw, pitch, framing, expression, regions, caption, state, face = null } = shot;
  const facts = { pose, yaw, pitch, framing, expression, regions, caption };
  return { file: pictures.path(sha256), name, ...facts, ...(state === 'inspected' ? { face } : {}) };
}
