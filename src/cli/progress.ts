/** @file Live progress of a job: stage, steps, speed and remaining time. */
import { MultiBar, type SingleBar } from 'cli-progress';
import type { ProgressMessage } from '../protocol/daemon-messages.js';
import type { DurableEvent } from '../protocol/events.js';
import { reportLines } from './dataset-report.js';
import { duration, note } from './output.js';
import { progressText } from './progress-text.js';

/** Without a terminal each stage prints a line at most this often. */
const plainLineSeconds = 10;

/** Stages that are over once another one begins, although the message of their end may have been overtaken. */
const preparing: readonly string[] = ['upload', 'faces', 'dataset'];

interface Stage {
  readonly name: string;
  done: number;
  total: number;
  details: readonly string[];
}

export class ProgressLine {
  #bars: MultiBar | undefined;
  readonly #drawn = new Map<string, SingleBar>();
  readonly #stages = new Map<string, Stage>();
  /** When each stage last printed a line. */
  readonly #logged = new Map<string, number>();
  readonly #interactive = process.stderr.isTTY === true;
  readonly #quiet: boolean;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  /** @param details in order of importance: a narrow terminal shows the first ones */
  update(name: string, done: number, total: number, details: readonly string[] = []): void {
    if (this.#quiet) return;
    for (const stage of this.#stages.values()) {
      const isOver = preparing.includes(stage.name) ? !preparing.includes(name) : name === 'training';
      if (stage.name !== name && isOver) this.#complete(stage);
    }
    const stage = this.#stages.get(name) ?? { name, done, total, details };
    Object.assign(stage, { done, total, details });
    this.#stages.set(name, stage);
    this.#show(stage);
  }

  #complete(stage: Stage): void {
    if (stage.done >= stage.total) return;
    stage.done = stage.total;
    this.#show(stage);
  }

  #show(stage: Stage): void {
    if (this.#interactive) this.#draw(stage);
    else this.#log(stage);
  }

  #draw(stage: Stage): void {
    this.#bars ??= new MultiBar({
      format: (_, __, payload: Stage) => progressText(payload, process.stderr.columns),
      stream: process.stderr,
      emptyOnZero: true,
    });
    const bar = this.#drawn.get(stage.name) ?? this.#bars.create(stage.total, stage.done, stage);
    this.#drawn.set(stage.name, bar);
    bar.setTotal(stage.total);
    bar.update(stage.done, stage);
  }

  #log(stage: Stage): void {
    const now = performance.now() / 1000;
    const last = this.#logged.get(stage.name) ?? Number.NEGATIVE_INFINITY;
    if (stage.done < stage.total && now - last < plainLineSeconds) return;
    this.#logged.set(stage.name, now);
    note(progressText(stage));
  }

  /** Prints a line above the progress bars. */
  say(line: string): void {
    if (this.#quiet) return;
    if (this.#bars === undefined) note(line);
    else {
      this.#bars.log(`${line}\n`);
      // It is printed with the next drawing, and there may be none.
      this.#bars.update();
    }
  }

  /** Stops drawing; the last state stays visible. */
  end(): void {
    this.#bars?.stop();
    this.#bars = undefined;
    this.#drawn.clear();
    this.#stages.clear();
  }

  /** Shows the progress of a job. */
  showProgress(message: ProgressMessage): void {
    if (message.type === 'job.progress') {
      this.update(message.stage, message.done, message.total);
      return;
    }
    const throughput = `${message.stepsPerSecond.toFixed(1)} steps/s`;
    const details = [`loss ${message.loss.toFixed(4)}`, `ETA ${duration(message.etaSeconds)}`, throughput];
    this.update('training', message.step, message.steps, details);
  }

  /** Prints the events of a job that matter to a user. */
  showEvent(event: DurableEvent): void {
    switch (event.type) {
      case 'job.changed':
        if (event.state === 'queued') this.say(`job ${event.job} is queued`);
        if (event.state === 'running') this.say('loading the base model …');
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
        if (event.state === 'succeeded') for (const stage of this.#stages.values()) this.#complete(stage);
        break;
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
