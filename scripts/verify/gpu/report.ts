/** @file What a run of the kit found: the contents of `report.json`. */
import { z } from 'zod';
import { kitDescription } from './kit.js';

export const finding = z.object({
  what: z.string(),
  /** `measured` had nothing to hold; `absent` is not offered by this build or this machine. */
  outcome: z.enum(['held', 'failed', 'measured', 'absent']),
  detail: z.string().optional(),
  /** By name, with its unit: `step (s)`. */
  figures: z.record(z.string(), z.number()).optional(),
});
export type Finding = z.output<typeof finding>;

const checkReport = z.object({
  name: z.string(),
  title: z.string(),
  /** `cut` was ended at its limit, `crashed` ended itself, `left out` was never begun. */
  state: z.enum(['running', 'ended', 'cut', 'crashed', 'left out']),
  detail: z.string().optional(),
  seconds: z.number().optional(),
  findings: z.array(finding),
});
export type CheckReport = z.output<typeof checkReport>;

export const machine = z.object({
  gpu: z.string(),
  driver: z.string(),
  processor: z.string(),
  cores: z.number(),
  gigabytes: z.number(),
  /** Versions of Node and, where it has them, of Python and its packages. */
  versions: z.record(z.string(), z.string()),
});

export const report = z.object({
  kit: kitDescription,
  machine,
  begun: z.string(),
  device: z.enum(['cuda', 'cpu']),
  size: z.enum(['full', 'tiny']),
  checks: z.array(checkReport),
  /** Absent while it runs, and in the report of a killed run. */
  ended: z.string().optional(),
});
export type Report = z.output<typeof report>;

/** Whether all that was begun came to its end and held. */
export function holds({ checks }: Report): boolean {
  return checks
    .filter(({ state }) => state !== 'left out')
    .every(({ state, findings }) => state === 'ended' && findings.every(({ outcome }) => outcome !== 'failed'));
}
