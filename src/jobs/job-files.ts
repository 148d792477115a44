/** @file Where a job's files lie. */
import { join, relative, sep } from 'node:path';

export interface JobFiles {
  /** Folder of the prepared dataset. */
  readonly dataset: string;
  readonly manifest: string;
  /** What the child that prepares is given. */
  readonly datasetJob: string;
  /** What the engine is given. */
  readonly engineJob: string;
}

export function jobFiles(out: string): JobFiles {
  const dataset = join(out, 'dataset');
  return {
    dataset,
    manifest: join(dataset, 'manifest.json'),
    datasetJob: join(out, 'dataset-job.json'),
    engineJob: join(out, 'engine-job.json'),
  };
}

/** Path on the daemon, for GET, of a file in a run folder. */
export function runFileUrl(job: string, out: string, file: string): string {
  const path = relative(out, file).split(sep).map(encodeURIComponent).join('/');
  return `/files/runs/${job}/${path}`;
}
