/** @file What a check is. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Device } from '../../../src/protocol/train-options.js';
import type { ModelName } from './models.js';
import type { Finding } from './report.js';

export const runSettings = z.object({
  /** Requested with --device. */
  device: z.enum(['cuda', 'cpu']),
  /** `tiny` shows on any machine that the kit works. */
  size: z.enum(['full', 'tiny']),
  /** Scratch space, with what checks share in it. */
  work: z.string(),
  /** Where files go that the user keeps. */
  out: z.string(),
  /** What the check may take before it is cut off. */
  seconds: z.number(),
  /** A Python with torch, transformers, peft, accelerate and diffusers. */
  python: z.string().optional(),
  /** Why there is none. */
  noPython: z.string().optional(),
  /** LD_LIBRARY_PATH with which onnxruntime-node would find CUDA. */
  embedded: z.string().optional(),
});
export type RunSettings = z.output<typeof runSettings>;

/** Passes a finding on to the run, which writes it into the report at once. */
export type Emit = (finding: Finding) => void;

export interface Check {
  readonly name: string;
  readonly title: string;
  /** Seconds after which it is cut off. */
  readonly limit: number;
  /** The base models that it needs: they are made while other checks run. */
  readonly models?: readonly ModelName[];
  /** Emits each finding as soon as it has it: if the check is cut off, those stay. What it throws makes it fail. */
  run(settings: RunSettings, emit: Emit): Promise<void>;
}

/** The devices to try the native engine on. */
export const devicesOf = ({ device }: RunSettings): readonly Device[] =>
  device === 'cuda' ? ['cuda', 'webgpu'] : ['cpu'];

/** Arguments for Node to run a program of this folder, compiled or, in a working copy, as TypeScript. */
export function nodeArguments(name: string): string[] {
  return [...process.execArgv, fileURLToPath(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url))];
}

/** A Python program of this folder. */
export const pythonFile = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));

/** For what this machine or build does not offer; the check continues with the rest. */
export const absent = (what: string, why: string | undefined): Finding => ({
  what,
  outcome: 'absent',
  ...(why === undefined ? {} : { detail: why }),
});

export const failed = (what: string, why: unknown): Finding => ({
  what,
  outcome: 'failed',
  detail: why instanceof Error ? why.message : String(why),
});

/** For an expectation: held or failed. */
export const verdict = (what: string, isSo: boolean, detail?: string): Finding => ({
  what,
  outcome: isSo ? 'held' : 'failed',
  ...(detail === undefined ? {} : { detail }),
});
