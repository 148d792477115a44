/** @file Inspection of a shot that has just arrived. */
import { findFace } from '../faces/find-face.js';
import { silhouetteOf } from '../faces/silhouette.js';
import type { Inspection } from '../protocol/shot.js';
import { seesBack } from './caption.js';
import { decodePicture, readPictureFile } from './picture.js';
import type { ShotFacts } from './shot.js';

/**
 * Decodes a shot completely and finds the face.
 * @throws LoraBridgeError `input.picture.*` or `input.file.*`, when the shot cannot be used
 */
export async function inspectShot(file: string, facts: Pick<ShotFacts, 'regions' | 'yaw'>): Promise<Inspection> {
  const { bytes } = await readPictureFile(file);
  const picture = await decodePicture(bytes, file);
  const silhouette = picture.alpha ? silhouetteOf(picture) : undefined;
  const face = await findFace({ picture, silhouette, head: facts.regions?.head, fromBehind: seesBack(facts) });
  return { width: picture.width, height: picture.height, ...(face && { face }) };
}
