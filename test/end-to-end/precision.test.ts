/** @file Training in 16 bits, as a user does it, ends where training in 32 bits does. The CPU rounds as a GPU does. */
import { expect, test, vi } from 'vitest';
import { CliSandbox, expectFailure, expectSuccess, linesOf } from './support.js';

vi.setConfig({ testTimeout: 600_000 });

const onPocket = ['--base', 'pocket', '--device', 'cpu', '--threads', '2', '--resolution', '64'];

interface Trained {
  readonly loss: { readonly first: number; readonly last: number };
}

test('the loss over fixed samples after 100 steps on the pocket model is within 2 % of that in float32', async () => {
  const sandbox = CliSandbox.open();
  const images = sandbox.captures('godette', 'stand_full_yaw0', 'walk_full_yaw40');
  const train = async (precision: string): Promise<Trained> => {
    const flags = ['--steps', '100', '--learning-rate', '1e-3', '--preview-every', '0', '--precision', precision];
    const out = sandbox.path(precision);
    const ended = await sandbox.run('train', ...onPocket, '--images', images, '--out', out, ...flags, '--json');
    return JSON.parse(expectSuccess(ended)) as Trained;
  };
  const [single, half] = [(await train('fp32')).loss, (await train('fp16')).loss];
  expect(single.last).toBeLessThan(0.97 * single.first);
  expect(Math.abs(half.first / single.first - 1)).toBeLessThan(0.02);
  expect(Math.abs(half.last / single.last - 1)).toBeLessThan(0.02);
  const metricsOf = (precision: string) =>
    linesOf(sandbox.path(precision, 'metrics.jsonl')).map((line) => JSON.parse(line) as { lossScale?: number });
  expect(metricsOf('fp32').some((line) => 'lossScale' in line)).toBe(false);
  expect(metricsOf('fp16').every(({ lossScale = 0 }) => lossScale >= 1024)).toBe(true);
});

test('what an engine or a device cannot do is refused before anything begins', async () => {
  const sandbox = CliSandbox.open();
  const images = sandbox.captures('godette', 'stand_full_yaw0');
  const train = ['train', '--base', 'pocket', '--images', images, '--engine', 'native', '--precision', 'bf16'];
  expectFailure(await sandbox.run(...train), 'input.option.unsupported', '--precision bf16');
  const generate = ['generate', '--prompt', 'a girl', '--device', 'cpu', '--precision', 'bf16'];
  expectFailure(await sandbox.run(...generate), 'input.option.unsupported', 'bfloat16', '--precision fp16');
});
