/** @file The live line of a job: what stage it is in, how far, how fast, how long still. */
import { SingleBar } from 'cli-progress';
import type { WorkerEvent } from '../protocol/worker-events.js';
import { duration, note } from './output.js';

type Stage = Extract<WorkerEvent, { type: 'progress' }>['stage'] | 'training' | 'upload';

const titles: Record<Stage, string> = {
  upload: 'upload  ',
  faces: 'faces   ',
  dataset: 'dataset ',
  loading: 'loading ',
  training: 'training',
  preview: 'preview ',
  evaluation: 'measure ',
};

/** Without a terminal a line each, at most this often. */
const plainLineSeconds = 10;

export class ProgressLine {
  private bar: SingleBar | undefined;
  private stage: Stage | undefined;
  private lastLine = Number.NEGATIVE_INFINITY;
  private readonly interactive = process.stderr.isTTY === true;

  constructor(private readonly quiet: boolean) {}

  update(stage: Stage, done: number, total: number, detail = ''): void {
    if (this.quiet) return;
    if (this.interactive) this.draw(stage, done, total, detail);
    else this.log(stage, done, total, detail);
  }

  private draw(stage: Stage, done: number, total: number, detail: string): void {
    if (this.stage !== stage || this.bar === undefined) {
      this.end();
      this.bar = new SingleBar({
        format: `${titles[stage]} {bar} {value}/{total} {detail}`,
        barsize: 24,
        stream: process.stderr,
      });
      this.bar.start(total, done, { detail });
      this.stage = stage;
    } else {
      this.bar.setTotal(total);
      this.bar.update(done, { detail });
    }
  }

  private log(stage: Stage, done: number, total: number, detail: string): void {
    const now = performance.now() / 1000;
    if (stage === this.stage && done < total && now - this.lastLine < plainLineSeconds) return;
    this.stage = stage;
    this.lastLine = now;
    note(`${titles[stage]} ${done}/${total} ${detail}`.trimEnd());
  }

  /** Leaves the last line standing and prints `line` below it. */
  say(line: string): void {
    if (this.quiet) return;
    this.end();
    note(line);
  }

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
    this.stage = undefined;
  }

  /** Shows one event of a job's child process. */
  show(event: WorkerEvent): void {
    switch (event.type) {
      case 'started':
        this.say(
          `training on ${event.device}: ${event.parameters.toLocaleString('en')} LoRA weights, ${event.resolution} px`,
        );
        break;
      case 'progress':
        this.update(event.stage, event.done, event.total);
        break;
      case 'step': {
        const pace = `${event.stepsPerSecond.toFixed(1)} steps/s`;
        const detail = `loss ${event.loss.toFixed(4)}  ${pace}  ETA ${duration(event.etaSeconds)}`;
        this.update('training', event.step, event.steps, detail);
        break;
      }
      case 'rejected':
        this.say(`left out ${event.file}: ${event.error.message} [${event.error.code}]`);
        break;
      case 'prepared': {
        const counts = Object.entries(event.samplesPerFraming).map(([framing, count]) => `${count} ${framing}`);
        this.say(`dataset: ${counts.join(', ')}`);
        break;
      }
      case 'preview':
        this.say(`preview at step ${event.step}: ${event.file}`);
        break;
      case 'checkpoint':
      case 'finished':
      case 'stopped':
      case 'failed':
        break;
      default:
        event satisfies never;
    }
  }
}
