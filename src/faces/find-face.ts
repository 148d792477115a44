/** @file Finds the face from the best available source: the editor, the detector, the silhouette. */
import type { Face } from '../protocol/shot.js';
import { detectFace } from './detector.js';
import { guessHead } from './head-guess.js';
import { centreOf, clip, type Rectangle, squareAt } from './rectangle.js';
import type { RgbaPicture } from './rgba-picture.js';
import type { Silhouette } from './silhouette.js';

export interface FaceQuery {
  readonly picture: RgbaPicture;
  /** Of a transparent image; undefined for an opaque one. */
  readonly silhouette: Silhouette | undefined;
  /** The head's rectangle from the editor, hair included. */
  readonly head?: (Rectangle & { readonly confidence?: number | undefined }) | undefined;
  /** The camera sees the back of the head: whatever a detector finds is not a face. */
  readonly fromBehind: boolean;
}

/**
 * The face or head in an image. `region` is the editor's rectangle (confidence as sent, else 1), `detector` a box from brow to chin
 * (confidence: fused score), `silhouette` an estimated head (0.2–0.4). Undefined when an opaque image shows no face. A head rectangle
 * outside the image is ignored.
 */
export async function findFace({ picture, silhouette, head, fromBehind }: FaceQuery): Promise<Face | undefined> {
  if (head !== undefined && clip(head, picture.width, picture.height) !== undefined) {
    const { confidence = 1, x, y, width, height } = head;
    return { x, y, width, height, source: 'region', confidence };
  }
  const box = fromBehind ? undefined : await detectFace(picture, silhouette?.bounds);
  if (box !== undefined) return { ...box.rectangle, source: 'detector', confidence: box.score };
  if (silhouette === undefined) return undefined;
  const guess = guessHead(silhouette);
  return { ...guess.rectangle, source: 'silhouette', confidence: guess.confidence };
}

/**
 * The square around the whole head, hair included. A detector's box reaches from brow to chin: the head ends 0.7 box heights
 * below the box's centre, and even hair done up on top of it seldom reaches 1.5 above.
 */
export function headSquare(face: Face): Rectangle {
  const centre = centreOf(face);
  const edge = Math.max(face.width, face.height);
  if (face.source === 'detector') return squareAt({ x: centre.x, y: centre.y - 0.4 * face.height }, 2.2 * edge);
  return squareAt(centre, 1.1 * edge);
}
