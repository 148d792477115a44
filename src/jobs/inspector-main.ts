/** @file The child process that inspects shots, one at a time. An image that crashes it harms nothing else. */
import { inspectShot } from '../dataset/inspect.js';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';
import type { Inspection } from '../protocol/shot.js';
import { inspectionRequest } from './inspection.js';

async function inspect(message: unknown): Promise<Inspection> {
  try {
    const { file, ...facts } = inspectionRequest.parse(message);
    return await inspectShot(file, facts);
  } catch (error) {
    return { error: asLoraBridgeError(error).toReport() };
  }
}

process.on('message', (message) => {
  void inspect(message).then((reply) => process.send?.(reply));
});

process.send?.('ready');
