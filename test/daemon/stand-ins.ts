/** @file Entry files of the processes that stand in for the daemon's children. */
import { fileURLToPath } from 'node:url';
import { nodeProgram } from '../../src/engines/program.js';

const standIn = (name: string): string => fileURLToPath(new URL(`../jobs/stand-ins/${name}.mjs`, import.meta.url));

export const standIns = {
  datasetProgram: nodeProgram(standIn('dataset')),
  engineProgram: async () => nodeProgram(standIn('engine')),
  inspectorEntry: standIn('inspector'),
};
