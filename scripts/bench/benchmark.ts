/** @file What a benchmark is, and how its figures are printed. */

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'GB' | 'GiB' | 's' | 'steps/s' | '×' | 'GFLOP' | 'GFLOP/s';
  /** What the project promises. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Benchmark {
  readonly name: string;
  /** Measures; `say` prints what is happening. */
  run(say: (line: string) => void): Promise<readonly Figure[]>;
}

/** The figure as a line, with what is promised and whether it is met. @param width of the name */
export function figureLine({ name, value, unit, atMost, atLeast }: Figure, width: number): string {
  const limit = atMost === undefined ? atLeast : atMost;
  const kept = (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
  const promise =
    limit === undefined
      ? ''
      : `  ${kept ? 'kept' : 'NOT KEPT'}: ${atMost === undefined ? 'at least' : 'at most'} ${limit}`;
  return `  ${name.padEnd(width)} ${value.toFixed(3).padStart(9)} ${unit}${promise}`;
}

export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
