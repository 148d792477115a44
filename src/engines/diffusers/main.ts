/**
 * @file The process of the diffusers engine: trains one job and ends. Arguments: those of program.ts, then the job file. Only the worker's
 * pipe is imported before the first event, so that it is sent at once.
 */
import { parseArgs } from 'node:util';
import { runWorker, sendEvent } from '../../worker/child.js';

sendEvent({ type: 'progress', stage: 'loading', done: 0, total: 3 });
const [{ trainingJob }, { train }, { openEngineModel }, { DiffusersBackend }] = await Promise.all([
  import('../../training/job.js'),
  import('../../training/trainer.js'),
  import('./base-model.js'),
  import('./backend.js'),
]);

const {
  values,
  positionals: [jobFile = ''],
} = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string', default: 'python3' },
    device: { type: 'string', default: 'cpu' },
    gpus: { type: 'string' },
    nodes: { type: 'string' },
    /** Timeout in seconds for starting Python and importing its libraries. */
    timeout: { type: 'string', default: '300' },
  },
});

await runWorker(
  trainingJob,
  async (job, signal) => {
    const placement = {
      python: values.python,
      device: values.device === 'cuda' ? 'cuda' : 'cpu',
      gpus: values.gpus?.split(',').map(Number),
      nodes: values.nodes,
    } as const;
    const model = await openEngineModel(job.options);
    const files = { out: job.out, jobFile };
    const backend = new DiffusersBackend(model, job.options, placement, files, Number(values.timeout), {
      emit: sendEvent,
      signal,
    });
    await train(job, backend, { emit: sendEvent, signal: backend.signal });
  },
  jobFile,
);
