/**
 * @file Opens files as other programs do on Windows, which Node never does: without leave for anyone to replace or delete them.
 */
import { createRequire } from 'node:module';

const koffi = createRequire('file:///C:/app/node_modules/lora-bridge/dist/cli/main.js')('koffi');
const kernel32 = koffi.load('kernel32.dll');
const createFile = kernel32.func('intptr CreateFileW(str16, uint32, uint32, void *, uint32, uint32, intptr)');
const closeHandle = kernel32.func('int CloseHandle(intptr)');

const [genericRead, shareRead, openExisting] = [0x80000000, 1, 3];

/** Holds a file open; returns a function that lets go of it. */
export function hold(file) {
  const handle = createFile(file, genericRead, shareRead, null, openExisting, 0, 0);
  if (handle === -1) throw new Error(`${file} cannot be opened.`);
  return () => closeHandle(handle);
}
