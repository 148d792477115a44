/** @file The paths in a run folder. */
import { join, relative, sep } from 'node:path';

export interface JobFiles {
  /** Folder of the prepared dataset. */
  readonly dataset: string;
  readonly manifest: string;
  /** Job file of the child process that prepares the dataset. */
  readonly datasetJob: string;
  /** Names the job that the folder belongs to. */
  readonly owner: string;
  /** Job file of the engine. */
  readonly engineJob: string;
}

export function jobFiles(out: string): JobFiles {
  const dataset = join(out, 'dataset');
  return {
    dataset,
    manifest: join(dataset, 'manifest.json'),
    datasetJob: join(out, 'dataset-job.json'),
    owner: join(out, 'run.json'),
    engineJob: join(out, 'engine-job.json'),
  };
}

/** Path on the daemon, for GET, of a file in a run folder. */
export function runFileUrl(job: string, out: string, file: string): string {
  const path = relative(out, file).split(sep).map(encodeURIComponent).join('/');
  return `/files/runs/${job}/${path}`;
}
