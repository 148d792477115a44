/** @file The child process that looks at shots, one at a time. A picture that crashes it takes nothing else along. */
import { inspectShot } from '../dataset/inspect.js';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';
import type { Inspection } from '../protocol/shot.js';
import { inspectionRequest } from './inspection.js';

async function look(message: unknown): Promise<Inspection> {
  try {
    const { file, ...facts } = inspectionRequest.parse(message);
    return await inspectShot(file, facts);
  } catch (error) {
    return { error: asLoraBridgeError(error).toReport() };
  }
}

process.on('message', (message) => {
  void look(message).then((reply) => process.send?.(reply));
});

process.send?.('ready');
