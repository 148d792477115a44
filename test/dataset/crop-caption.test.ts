/** @file A caption of a whole image, for crops of it. */
import { expect, test } from 'vitest';
import { captionOfCrop } from '../../src/dataset/crop-caption.js';

test.each([
  ['sks girl, full body, standing, shoes, feet', 'upper', 'sks girl, standing, upper body'],
  ['sks girl, full body, standing, shoes, feet', 'face', 'sks girl, close-up of the face'],
  ['sks girl, Full-Body, long black high heels, smiling', 'upper', 'sks girl, smiling, upper body'],
  ['sks girl, black thigh-highs, white gloves, hat', 'upper', 'sks girl, white gloves, hat, upper body'],
  ['sks girl, black thigh-highs, white gloves, holding a sword, hat', 'face', 'sks girl, hat, close-up of the face'],
  ['sks girl, upper body', 'face', 'sks girl, close-up of the face'],
  ['A full body shot of sks girl in a red dress', 'upper', 'An upper body of sks girl in a red dress'],
  ['sks girl', 'upper', 'sks girl, upper body'],
  ['sks girl, running, red shoes, sword', 'hand', 'sks girl, close-up of a hand'],
  // A word within another, and more words than a tag has, are no names of what is below.
  ['sks girl, footage, legendary armor', 'upper', 'sks girl, footage, legendary armor, upper body'],
] as const)('%s → %s', (caption, framing, expected) => {
  const words = { upper: 'upper body', face: 'close-up of the face', hand: 'close-up of a hand' };
  expect(captionOfCrop(caption, framing, words[framing])).toBe(expected);
});
