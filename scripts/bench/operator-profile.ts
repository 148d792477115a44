/** @file Reads ONNX Runtime's profile: the time of each operator in the last run, and how much it computed. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { flopOf } from './flop.js';

const shapes = z.array(z.record(z.string(), z.array(z.number()))).transform((list) => list.flatMap(Object.values));

const nodeEvent = z.object({
  name: z.string(),
  ts: z.number(),
  dur: z.number(),
  args: z.object({ op_name: z.string(), input_type_shape: shapes, output_type_shape: shapes }),
});
const runEvent = z.object({ name: z.literal('model_run'), ts: z.number(), dur: z.number() });

export const operatorTime = z.object({ operator: z.string(), seconds: z.number(), gigaflop: z.number() });
export type OperatorTime = z.output<typeof operatorTime>;

/** Operators by their time, longest first. */
export function timeByOperator(file: string): OperatorTime[] {
  const events: unknown[] = JSON.parse(readFileSync(file, 'utf8'));
  const run = events.findLast((event) => runEvent.safeParse(event).success);
  const { ts: begin, dur } = runEvent.parse(run);
  const sums = new Map<string, { seconds: number; gigaflop: number }>();
  for (const event of events) {
    const { data } = nodeEvent.safeParse(event);
    if (!data?.name.endsWith('_kernel_time') || data.ts < begin || data.ts > begin + dur) continue;
    const { op_name: operator, input_type_shape: inputs, output_type_shape: outputs } = data.args;
    const sum = sums.get(operator) ?? { seconds: 0, gigaflop: 0 };
    sum.seconds += data.dur / 1e6;
    sum.gigaflop += flopOf(operator, inputs, outputs[0] ?? []) / 1e9;
    sums.set(operator, sum);
  }
  return Array.from(sums, ([operator, sum]) => ({ operator, ...sum })).sort((a, b) => b.seconds - a.seconds);
}
