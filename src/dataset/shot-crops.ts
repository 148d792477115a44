/** @file All crops of one shot: decoded, cut and written once, then reused while nothing that determines them changes. */
import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { findFace } from '../faces/find-face.js';
import { clip } from '../faces/rectangle.js';
import { silhouetteOf } from '../faces/silhouette.js';
import { writeAtomically } from '../files/atomic.js';
import { framing } from '../protocol/shot.js';
import { seesBack } from './caption.js';
import { cropPicture } from './crop.js';
import { planCuts } from './framings.js';
import { manifestPicture, manifestShot, skipReason } from './manifest.js';
import { borderColour, observe } from './observations.js';
import { decodePicture } from './picture.js';
import type { Framing, Shot } from './shot.js';

/** Increased when the cropping changes, so that older crops are made again. */
const recipe = 2;

/** A closer crop with fewer pixels than this share of the training resolution would teach blur. */
const leastShare = 0.25;

/** Share of a crop's pixels that must be visible. */
const leastVisible = 0.01;

const shotCrops = z.strictObject({
  shot: manifestShot.omit({ file: true, name: true, sha256: true }),
  pictures: z.array(
    manifestPicture.omit({ caption: true, shot: true }).extend({ derived: z.boolean(), known: z.boolean() }),
  ),
  skipped: z.array(z.strictObject({ framing, reason: skipReason })),
});

export type ShotCrops = z.output<typeof shotCrops>;

export interface CropRequest {
  readonly shot: Shot;
  readonly bytes: Buffer;
  /** Of the bytes. */
  readonly sha256: string;
  readonly framings: readonly Framing[];
  readonly resolution: number;
  /** Folder of the dataset, with `pictures/` and `shots/` in it. */
  readonly out: string;
  /** Called between finding the face and cutting. */
  readonly onFace: () => void;
}

/** File that records how a shot was cropped; its name is a hash of everything that determines the crops. */
export function recordFile(request: Pick<CropRequest, 'shot' | 'sha256' | 'framings' | 'resolution'>): string {
  const { shot, sha256, framings, resolution } = request;
  const { name, regions = {}, yaw = 0, framing: whole = '', face } = shot;
  const key = [recipe, sha256, name, regions, yaw, whole, [...framings].sort(), resolution];
  return `shots/${keyOf(face === undefined ? key : [...key, face])}.json`;
}

/**
 * The crops of a shot: existing ones if nothing that determines them has changed, else new ones. A crop's file never changes: its
 * name contains a hash of its content.
 * @throws LoraBridgeError `input.picture.*`
 */
export async function makeShotCrops(request: CropRequest): Promise<ShotCrops> {
  const record = join(request.out, recordFile(request));
  const earlier = await readRecord(record, request.out);
  if (earlier !== undefined) {
    request.onFace();
    return earlier;
  }
  const made = await cutShot(request);
  await writeAtomically(record, JSON.stringify(made));
  return made;
}

async function readRecord(record: string, out: string): Promise<ShotCrops | undefined> {
  try {
    const earlier = shotCrops.parse(JSON.parse(await readFile(record, 'utf8')));
    await Promise.all(earlier.pictures.map(({ file }) => access(join(out, file))));
    return earlier;
  } catch {
    // Missing or damaged: it is only a cache, and the crops are made again.
    return undefined;
  }
}

async function cutShot({ shot, bytes, sha256, framings, resolution, out, onFace }: CropRequest): Promise<ShotCrops> {
  const picture = await decodePicture(bytes, shot.file);
  const { width, height, alpha, frames, format } = picture;
  const silhouette = alpha ? silhouetteOf(picture) : undefined;
  // The face that the editor has shown is the one to train on; a rectangle outside the image is ignored, as in findFace.
  const isStored = shot.face === null || (shot.face !== undefined && clip(shot.face, width, height) !== undefined);
  const face = isStored
    ? (shot.face ?? undefined)
    : await findFace({ picture, silhouette, head: shot.regions?.head, fromBehind: seesBack(shot) });
  onFace();

  const border = alpha ? undefined : borderColour(picture);
  const cuts = planCuts({ shot, width, height, silhouette, face, extendable: border !== undefined });
  const observed = observe(picture, silhouette, border === undefined ? cuts[0]?.area : undefined);
  const padded = border !== undefined && width !== height && { padded: true as const };
  const made: ShotCrops = {
    shot: { width, height, alpha, format, frames, ...observed, ...padded, ...(face && { face }) },
    pictures: [],
    skipped: [],
  };
  for (const { framing, area, derived, known } of cuts.filter((cut) => framings.includes(cut.framing))) {
    if (derived && area.width < leastShare * resolution) {
      made.skipped.push({ framing, reason: 'too few pixels' });
      continue;
    }
    const crop = await cropPicture(picture, area, 2 * resolution, border);
    if (crop.visible < leastVisible) {
      made.skipped.push({ framing, reason: 'nothing visible' });
      continue;
    }
    const key = keyOf([recipe, sha256, area, crop.size]);
    const file = `pictures/${fileNameOf(shot.name)}-${framing}-${key.slice(0, 8)}.png`;
    await writeAtomically(join(out, file), crop.png);
    made.pictures.push({ file, framing, size: crop.size, alpha: crop.alpha, crop: area, key, derived, known });
  }
  if (face === undefined && framings.includes('face')) made.skipped.push({ framing: 'face', reason: 'face unknown' });
  return made;
}

function keyOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** A name that is valid on every file system. */
function fileNameOf(name: string): string {
  return name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}_-]+/gu, '_')
    .slice(0, 60);
}
