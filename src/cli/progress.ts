/** @file Live progress of a job: stage, steps, speed and remaining time. */
import { MultiBar, type SingleBar } from 'cli-progress';
import type { ProgressMessage } from '../protocol/daemon-messages.js';
import type { DurableEvent } from '../protocol/events.js';
import { reportLines } from './dataset-report.js';
import { duration, note } from './output.js';

const format = '{stage} {bar} {value}/{total} {detail}';

/** Width of the longest stage's name. */
const titleWidth = 'evaluation'.length;

/** Without a terminal each stage prints a line at most this often. */
const plainLineSeconds = 10;

export class ProgressLine {
  #bars: MultiBar | undefined;
  readonly #stages = new Map<string, SingleBar>();
  /** When each stage last printed a line. */
  readonly #logged = new Map<string, number>();
  readonly #interactive = process.stderr.isTTY === true;

  readonly #quiet: boolean;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  update(stage: string, done: number, total: number, detail = ''): void {
    if (this.#quiet) return;
    if (this.#interactive) this.#draw(stage, done, total, detail);
    else this.#log(stage, done, total, detail);
  }

  #draw(stage: string, done: number, total: number, detail: string): void {
    this.#bars ??= new MultiBar({ format, barsize: 24, stream: process.stderr, emptyOnZero: true });
    let bar = this.#stages.get(stage);
    if (bar === undefined) {
      bar = this.#bars.create(total, done, { stage: stage.padEnd(titleWidth), detail });
      this.#stages.set(stage, bar);
    }
    bar.setTotal(total);
    bar.update(done, { detail });
  }

  #log(stage: string, done: number, total: number, detail: string): void {
    const now = performance.now() / 1000;
    if (done < total && now - (this.#logged.get(stage) ?? Number.NEGATIVE_INFINITY) < plainLineSeconds) return;
    this.#logged.set(stage, now);
    note(`${stage.padEnd(titleWidth)} ${done}/${total} ${detail}`.trimEnd());
  }

  /** Prints a line above the progress bars. */
  say(line: string): void {
    if (this.#quiet) return;
    if (this.#bars === undefined) note(line);
    else this.#bars.log(`${line}\n`);
  }

  /** Stops drawing; the last state stays visible. */
  end(): void {
    this.#bars?.stop();
    this.#bars = undefined;
    this.#stages.clear();
  }

  /** Shows the progress of a job. */
  showProgress(message: ProgressMessage): void {
    if (message.type === 'job.progress') {
      this.update(message.stage, message.done, message.total);
      return;
    }
    const throughput = `${message.stepsPerSecond.toFixed(1)} steps/s`;
    const detail = `loss ${message.loss.toFixed(4)}  ${throughput}  ETA ${duration(message.etaSeconds)}`;
    this.update('training', message.step, message.steps, detail);
  }

  /** Prints the events of a job that matter to a user. */
  showEvent(event: DurableEvent): void {
    switch (event.type) {
      case 'job.changed':
        if (event.state === 'queued') this.say(`job ${event.job} is queued`);
        break;
      case 'picture.rejected':
        this.say(`skipped ${event.file}: ${event.error.message} [${event.error.code}]`);
        break;
      case 'job.prepared': {
        if (event.report !== undefined) for (const line of reportLines(event.report)) this.say(line);
        break;
      }
      case 'preview.available':
        this.say(`preview of step ${event.step}: ${event.file}`);
        break;
      case 'job.finished':
      case 'job.removed':
      case 'shot.inspected':
      case 'shot.rejected':
      case 'shot.changed':
      case 'shot.removed':
        break;
      default:
        event satisfies never;
    }
  }
}
