/** @file Reports a run: durable events go into the log, progress and previews to a listener. */
import type { PreviewMetadata, ProgressMessage } from '../protocol/daemon-messages.js';
import type { Job } from '../store/jobs.js';
import type { Store } from '../store/store.js';
import type { WorkerEvent } from '../worker/events.js';
import { runFileUrl } from './job-files.js';

/** Receives what is not durable. */
export interface JobListener {
  progress(message: ProgressMessage): void;
  preview(metadata: PreviewMetadata, file: string): void;
}

export class RunReport {
  readonly #job: Job;
  readonly #store: Store;
  readonly #commit: (action: () => void) => Promise<void>;
  readonly #listener: JobListener;
  #device: string | undefined;
  /** Newest of each type. */
  readonly latestProgress = new Map<string, ProgressMessage>();
  /** Steps done. */
  step: number;

  constructor(job: Job, store: Store, commit: (action: () => void) => Promise<void>, listener: JobListener) {
    this.#job = job;
    this.#store = store;
    this.#commit = commit;
    this.#listener = listener;
    this.step = job.step;
  }

  /** Handles an event of a child process; returns once its effect is durable. */
  async onEvent(event: WorkerEvent): Promise<void> {
    const { id, out } = this.#job;
    const { events, jobs } = this.#store;
    switch (event.type) {
      case 'started':
        this.#device = event.device;
        this.step = event.step;
        return;
      case 'progress':
        return this.#progress({ ...event, type: 'job.progress', job: id });
      case 'step': {
        this.step = event.step;
        const device = this.#device === undefined ? {} : { device: this.#device };
        return this.#progress({ ...event, ...device, type: 'job.step', job: id });
      }
      case 'rejected':
        return await this.#commit(() =>
          events.append({ type: 'picture.rejected', job: id, file: event.file, error: event.error }),
        );
      case 'prepared':
        return await this.#commit(() => {
          const { picturesPerFraming, report } = event;
          jobs.setOutcome(id, { picturesPerFraming });
          events.append({ type: 'job.prepared', job: id, samplesPerFraming: picturesPerFraming, report });
        });
      case 'checkpoint':
        return await this.#commit(() => jobs.setStep(id, event.step));
      case 'preview': {
        const { step, prompt, seed, file } = event;
        const url = runFileUrl(id, out, file);
        await this.#commit(() => events.append({ type: 'preview.available', job: id, step, prompt, seed, file, url }));
        return this.#listener.preview({ job: id, step, prompt, seed }, file);
      }
      case 'stopped':
        this.step = event.step ?? this.step;
        return;
      // The end of a run is reported once its processes have ended.
      case 'finished':
      case 'failed':
        return;
    }
  }

  #progress(message: ProgressMessage): void {
    this.latestProgress.set(message.type, message);
    this.#listener.progress(message);
  }
}
