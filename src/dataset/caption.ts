/** @file Captions, built from known facts about a shot instead of guessed from its pixels. */
import { captionOfCrop } from './crop-caption.js';
import type { Framing, ShotFacts } from './shot.js';

const framingWords: Record<Framing, string> = {
  full: 'full body',
  upper: 'upper body',
  face: 'close-up of the face',
  hand: 'close-up of a hand',
};

/** Names of animations and the words that captions use for them. */
const poseWords: Record<string, string> = {
  stand: 'standing',
  idle: 'standing',
  walk: 'walking',
  run: 'running',
  jump: 'jumping',
  sit: 'sitting',
  wave: 'waving',
  cheer: 'cheering',
  bow: 'bowing',
  crouch: 'crouching',
  kneel: 'kneeling',
  dance: 'dancing',
  point: 'pointing',
  t: 'arms stretched out',
  a: 'standing',
};

/** `HumanoidWalk_Loop` becomes `walking`, `holding_sword` becomes `holding sword`. */
function describePose(pose: string): string {
  const words = pose
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[\s_-]+/)
    .filter((word) => word !== '' && !['humanoid', 'loop', 'pose', 'anim', 'animation'].includes(word));
  return words.map((word) => poseWords[word] ?? word).join(' ');
}

/** The direction of the camera in words; left and right are the character's. */
function describeAngle(yaw: number, pitch: number): string[] {
  const turn = ((((yaw + 180) % 360) + 360) % 360) - 180;
  const side = turn > 0 ? 'from the left' : 'from the right';
  const around = Math.abs(turn) < 20 ? 'from the front' : Math.abs(turn) > 135 ? 'from behind' : side;
  return [around, ...(pitch > 25 ? ['from above'] : pitch < -25 ? ['from below'] : [])];
}

/** Whether the camera sees the back of the head, so that no face can be visible. */
export function seesBack(shot: Pick<ShotFacts, 'yaw'>): boolean {
  return shot.yaw !== undefined && Math.cos((shot.yaw * Math.PI) / 180) < -0.35;
}

/**
 * The caption of one crop: `an illustration of a sks girl, walking, from the left, full body`. A caption that the user
 * wrote is kept as it stands; a crop that shows only a part of its picture adds which.
 * @param derived whether the crop shows less than the shot does
 * @param known whether it is certain that the framing is what the crop shows
 */
export function captionOf(
  shot: ShotFacts,
  prompt: string,
  crop: { readonly framing: Framing; readonly derived: boolean; readonly known: boolean },
): string {
  const ofHead = crop.framing === 'face' && seesBack(shot);
  const framing = ofHead ? 'close-up of the head' : framingWords[crop.framing];
  if (shot.caption !== undefined)
    return crop.derived ? captionOfCrop(shot.caption, crop.framing, framing) : shot.caption;
  const ofHand = crop.framing === 'hand';
  const pose = ofHand || crop.framing === 'face' ? '' : describePose(shot.pose ?? '');
  const angle = ofHand || shot.yaw === undefined ? [] : describeAngle(shot.yaw, shot.pitch ?? 0);
  const expression = ofHand || seesBack(shot) ? '' : (shot.expression?.trim() ?? '');
  const parts = [prompt, pose, ...angle, expression, crop.known ? framing : ''];
  return parts.filter((part) => part !== '').join(', ');
}

/** The caption of a mirrored image: left and right are exchanged. */
export function mirrorCaption(caption: string): string {
  return caption.replace(/\b(left|right)\b/gi, (word) => {
    const other = word.toLowerCase() === 'left' ? 'right' : 'left';
    return word[0] === word[0]?.toUpperCase() ? `${other[0]?.toUpperCase()}${other.slice(1)}` : other;
  });
}
