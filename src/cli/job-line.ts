/** @file A job on one line. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { JobDescription } from '../protocol/job.js';
import { duration } from './output.js';

const seconds = (from: string | undefined, to: string | undefined): number =>
  from === undefined || to === undefined ? Number.NaN : (Date.parse(to) - Date.parse(from)) / 1000;

/** `2026-11-27 20:34` in local time. */
function localTime(time: string | undefined): string {
  if (time === undefined) return '';
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `3.2 MB`, or nothing for a file that is gone. */
function sizeOf(file: string | undefined): string {
  const size = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.size;
  return size === undefined ? '' : `${(size / 1e6).toFixed(1)} MB`;
}

/** Id, state, steps, character, base model, begin, duration, and loss and size of a LoRA that is finished. */
export function jobLine(job: JobDescription): string {
  const { id, state, character = '', step = 0, steps = 0, options, loss, createdAt, changedAt, files = [] } = job;
  const took = seconds(createdAt, changedAt);
  const lora = files.find((file) => basename(file) === 'lora.safetensors');
  const details = [
    options === undefined ? '' : basename(options.base),
    localTime(createdAt),
    Number.isNaN(took) || state === 'queued' ? '' : duration(took),
    loss === undefined ? '' : `loss ${loss.first.toFixed(4)} → ${loss.last.toFixed(4)}`,
    sizeOf(lora),
  ];
  const progress = `${String(step).padStart(6)}/${String(steps).padEnd(6)}`;
  return [id, state.padEnd(11), progress, character, ...details].filter((part) => part !== '').join('  ');
}
