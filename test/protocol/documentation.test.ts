/** @file PROTOCOL.md, read as by the author of a client who has nothing else: what it documents is what is accepted. */
import { describe, expect, test } from 'vitest';
import { anyClientMessage, clientMessages } from '../../src/protocol/client-messages.js';
import { anyDaemonMessage, daemonMessages } from '../../src/protocol/daemon-messages.js';
import { literalsIn, readPage } from './page.js';

const { sections, text } = readPage();
const messages = sections.filter(({ isMessage }) => isMessage);
const isClient = (type: string): boolean => clientMessages.some((message) => message.shape.type.value === type);

const isAccepted = (type: string, message: object): boolean =>
  (isClient(type) ? anyClientMessage : anyDaemonMessage).safeParse(message).success;

test('every message has a section', () => {
  const declared = [...clientMessages, ...daemonMessages].map((message) => message.shape.type.value);
  expect(messages.map(({ title }) => title).sort()).toEqual(declared.sort());
});

describe.each(messages)('$title', ({ title, rows, example }) => {
  test('its example is accepted', () => {
    expect(example).toMatchObject({ type: title });
    expect(isAccepted(title, example)).toBe(true);
  });

  test('every constant is accepted as it is written, and nothing else in its place', () => {
    for (const { field, type } of rows) {
      for (const literal of literalsIn(type))
        expect([field, isAccepted(title, { ...example, [field]: literal })]).toEqual([field, true]);
      if (literalsIn(type).length > 0)
        expect([field, isAccepted(title, { ...example, [field]: {} })]).toEqual([field, false]);
    }
  });

  test('a field is required where no "(optional)" says otherwise, and within its range', () => {
    for (const { field, isOptional, type, notes } of rows) {
      const { [field]: _, ...rest } = example;
      expect([field, isAccepted(title, rest)]).toEqual([field, isOptional]);
      const least = /≥ (-?\d+)/.exec(notes)?.[1];
      if (type !== 'integer' || least === undefined) continue;
      expect([field, isAccepted(title, { ...example, [field]: Number(least) })]).toEqual([field, true]);
      expect([field, isAccepted(title, { ...example, [field]: Number(least) - 1 })]).toEqual([field, false]);
    }
  });
});

test('every link leads to a heading', () => {
  const anchors = new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(
      ([, heading = '']) => /<a id="(.*?)">/.exec(heading)?.[1] ?? heading.toLowerCase().replaceAll(' ', '-'),
    ),
  );
  const links = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor = '']) => anchor);
  expect(links.length).toBeGreaterThan(50);
  expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
});
