/** @file Captions say what is known, and nothing else. */
import { describe, expect, test } from 'vitest';
import { captionOf, mirrorCaption } from '../../src/dataset/caption.js';

const prompt = 'an illustration of a sks girl';
const full = { framing: 'full', derived: false, known: true } as const;
const face = { framing: 'face', derived: true, known: true } as const;
const hand = { framing: 'hand', derived: true, known: true } as const;

describe('captionOf', () => {
  test('pose, angle and framing in this order', () => {
    expect(captionOf({ pose: 'walk', yaw: 40 }, prompt, full)).toBe(`${prompt}, walking, from the left, full body`);
  });

  test.each([
    ['HumanoidRun_Loop', 'running'],
    ['holding_sword', 'holding sword'],
    ['T-Pose', 'arms stretched out'],
    ['waving', 'waving'],
  ])('the animation %s is called %s', (pose, words) => {
    expect(captionOf({ pose }, prompt, full)).toBe(`${prompt}, ${words}, full body`);
  });

  test.each([
    [0, 0, 'from the front'],
    [-40, 0, 'from the right'],
    [320, 0, 'from the right'],
    [90, 40, 'from the left, from above'],
    [180, -40, 'from behind, from below'],
    [-170, 0, 'from behind'],
  ])('yaw %d and pitch %d are %s', (yaw, pitch, words) => {
    expect(captionOf({ yaw, pitch }, prompt, full)).toBe(`${prompt}, ${words}, full body`);
  });

  test('a close-up does not speak of what it does not show', () => {
    const facts = { pose: 'walk', yaw: 0, expression: 'smiling' };
    expect(captionOf(facts, prompt, face)).toBe(`${prompt}, from the front, smiling, close-up of the face`);
    expect(captionOf({ yaw: 180 }, prompt, face)).toBe(`${prompt}, from behind, close-up of the head`);
    expect(captionOf(facts, prompt, hand)).toBe(`${prompt}, close-up of a hand`);
  });

  test('a framing that is only supposed is not named', () => {
    expect(captionOf({}, prompt, { ...full, known: false })).toBe(prompt);
  });

  test("the user's caption is kept; a closer crop adds what it shows", () => {
    const facts = { caption: 'sks girl by the sea', pose: 'walk', yaw: 40 };
    expect(captionOf(facts, prompt, full)).toBe('sks girl by the sea');
    expect(captionOf(facts, prompt, face)).toBe('sks girl by the sea, close-up of the face');
  });
});

test('in a mirrored caption left and right change places, and nothing else does', () => {
  expect(mirrorCaption('from the left, Right hand up, bright leftovers')).toBe(
    'from the right, Left hand up, bright leftovers',
  );
});
