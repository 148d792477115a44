/** @file The live line of a job: what stage it is in, how far, how fast, how long still. */
import { SingleBar } from 'cli-progress';
import type { ProgressMessage } from '../protocol/daemon-messages.js';
import type { DurableEvent } from '../protocol/events.js';
import { duration, note } from './output.js';

/** Width of the longest stage's name. */
const titleWidth = 'evaluation'.length;

/** Without a terminal a line each, at most this often. */
const plainLineSeconds = 10;

export class ProgressLine {
  private bar: SingleBar | undefined;
  private stage: string | undefined;
  private lastLine = Number.NEGATIVE_INFINITY;
  private readonly interactive = process.stderr.isTTY === true;

  constructor(private readonly quiet: boolean) {}

  update(stage: string, done: number, total: number, detail = ''): void {
    if (this.quiet) return;
    if (this.interactive) this.draw(stage, done, total, detail);
    else this.log(stage, done, total, detail);
  }

  private draw(stage: string, done: number, total: number, detail: string): void {
    if (this.stage !== stage || this.bar === undefined) {
      this.end();
      this.bar = new SingleBar({
        format: `${stage.padEnd(titleWidth)} {bar} {value}/{total} {detail}`,
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

  private log(stage: string, done: number, total: number, detail: string): void {
    const now = performance.now() / 1000;
    if (stage === this.stage && done < total && now - this.lastLine < plainLineSeconds) return;
    this.stage = stage;
    this.lastLine = now;
    note(`${stage.padEnd(titleWidth)} ${done}/${total} ${detail}`.trimEnd());
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

  /** Shows how far a job is. */
  showProgress(message: ProgressMessage): void {
    if (message.type === 'job.progress') {
      this.update(message.stage, message.done, message.total);
      return;
    }
    const pace = `${message.stepsPerSecond.toFixed(1)} steps/s`;
    const detail = `loss ${message.loss.toFixed(4)}  ${pace}  ETA ${duration(message.etaSeconds)}`;
    this.update('training', message.step, message.steps, detail);
  }

  /** Says what happened to a job, where that is of interest. */
  showEvent(event: DurableEvent): void {
    switch (event.type) {
      case 'job.changed':
        if (event.state === 'queued') this.say(`job ${event.job} is queued`);
        break;
      case 'picture.rejected':
        this.say(`left out ${event.file}: ${event.error.message} [${event.error.code}]`);
        break;
      case 'job.prepared': {
        const counts = Object.entries(event.samplesPerFraming).map(([framing, count]) => `${count} ${framing}`);
        this.say(`dataset: ${counts.join(', ')}`);
        break;
      }
      case 'preview.available':
        this.say(`preview of step ${event.step}: ${event.file}`);
        break;
      case 'job.finished':
      case 'job.removed':
      case 'shot.inspected':
      case 'shot.rejected':
      case 'shot.removed':
        break;
      default:
        event satisfies never;
    }
  }
}
