/** @file Entry files of the processes that stand in for the daemon's children. */
import { fileURLToPath } from 'node:url';

const standIn = (name: string): string => fileURLToPath(new URL(`../jobs/stand-ins/${name}.mjs`, import.meta.url));

export const standIns = {
  datasetEntry: standIn('dataset'),
  engineEntry: standIn('engine'),
  inspectorEntry: standIn('inspector'),
};
