/** @file Entry files of the processes that stand in for the daemon's children. */
import { fileURLToPath } from 'node:url';
import { nodeProgram } from '../../src/worker/program.js';

const fake = (name: string): string => fileURLToPath(new URL(`../jobs/fakes/${name}.mjs`, import.meta.url));

export const fakes = {
  datasetProgram: nodeProgram(fake('dataset')),
  engineProgram: async () => nodeProgram(fake('engine')),
  inspectorEntry: fake('inspector'),
};
