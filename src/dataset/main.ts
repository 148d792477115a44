/** @file The child process that prepares a dataset. Pictures of strangers are decoded here, not in the daemon. */
import { runWorker, sendEvent } from '../worker/child.js';
import { readDatasetFolder } from './folder.js';
import { prepareJob } from './job.js';
import { countFramings } from './manifest.js';
import { prepare } from './prepare.js';

await runWorker(prepareJob, async ({ source, ...job }, signal) => {
  try {
    const found = 'folder' in source ? await readDatasetFolder(source.folder) : { shots: source.shots };
    const { file, manifest } = await prepare({
      ...job,
      ...found,
      ...('folder' in source ? { source: source.folder } : {}),
      signal,
      onProgress: (stage, done, total) => sendEvent({ type: 'progress', stage, done, total }),
      onRejected: (rejected, error) => sendEvent({ type: 'rejected', file: rejected, error }),
    });
    sendEvent({ type: 'prepared', manifest: file, picturesPerFraming: countFramings(manifest.pictures) });
    sendEvent({ type: 'finished', files: [file] });
  } catch (error) {
    if (!signal.aborted) throw error;
    sendEvent({ type: 'stopped' });
  }
});
