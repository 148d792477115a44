/** @file The child process that prepares a dataset. Untrusted images are decoded here, not in the daemon. */

import { readDatasetFolder } from '../dataset/folder.js';
import { prepareJob } from '../dataset/job.js';
import { countFramings } from '../dataset/manifest.js';
import { prepare } from '../dataset/prepare.js';
import { clipTokenCounter } from '../diffusion/clip/token-counter.js';
import { runWorker, sendEvent } from '../worker/child.js';

await runWorker(prepareJob, async ({ source, clip, ...job }, signal) => {
  try {
    const found = 'folder' in source ? await readDatasetFolder(source.folder) : { shots: source.shots };
    const { file, manifest, report } = await prepare({
      ...job,
      ...found,
      ...(clip && { droppedTokens: await clipTokenCounter() }),
      ...('folder' in source ? { source: source.folder } : {}),
      signal,
      onProgress: (stage, done, total) => sendEvent({ type: 'progress', stage, done, total }),
      onRejected: (rejected, error) => sendEvent({ type: 'rejected', file: rejected, error }),
    });
    sendEvent({ type: 'prepared', manifest: file, picturesPerFraming: countFramings(manifest.pictures), report });
    sendEvent({ type: 'finished', files: [file] });
  } catch (error) {
    if (!signal.aborted) throw error;
    sendEvent({ type: 'stopped' });
  }
});
