/** @file Names of characters become names of folders and files, on any system. */
import { expect, test } from 'vitest';
import { anyClientMessage } from '../../src/protocol/client-messages.js';
import { characterName, newCharacterName } from '../../src/protocol/message.js';

const reserved = ['CON', 'aux', 'Nul', 'COM1', 'lpt9', 'COM²', 'con.v2', 'AUX .png', 'CONIN$', 'prn.tar.gz'];

test.each(reserved)('%s is refused for a new character, with the reason', (character) => {
  const start = { type: 'job.start', request: 'a', job: crypto.randomUUID(), character, options: {} };
  const { error } = anyClientMessage.safeParse(start);
  expect(error?.issues).toMatchObject([{ path: ['character'], message: expect.stringContaining(character) }]);
});

test.each(reserved)('%s can still be read where it is stored', (name) => {
  expect(characterName.parse(name)).toBe(name);
});

test.each(['Conrad', 'auxiliary', 'COM', 'COM10', 'nullify', 'Mina CON', 'con-artist'])('%s is a name', (name) => {
  expect(newCharacterName.parse(name)).toBe(name);
});

test.each(['Mina.', ' Mina', 'a/b', 'a:b', 'Mina '])('"%s" is no name', (name) => {
  expect(newCharacterName.safeParse(name).success).toBe(false);
});
