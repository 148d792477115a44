/** @file The process that the diffusers engine asks, without Python: frames there and back, and every way that it can end. */
import { describe, expect, test } from 'vitest';
import { PythonProcess } from '../../src/engines/diffusers/python-process.js';

/** A Node process in its place. */
const start = (script: string, device = 'cpu') => PythonProcess.start([process.execPath, '-e', script], {}, device);
// It reads while it writes, as the thread in pipe.py does.
const echo = `const out = fs.createWriteStream('', { fd: 1 }); process.stdin.on('data', (data) => out.write(data))`;

test('frames arrive as they were sent, large and empty ones too', async () => {
  const python = await start(echo);
  const values = Float32Array.from({ length: 2 ** 18 + 1 }, (_, index) => index / 3);
  const bytes = Uint8Array.of(0, 255, 7);
  const tensors = {
    values: { data: values, shape: [1, values.length] },
    none: { data: new Float32Array(), shape: [0, 4] },
    bytes: { data: bytes, shape: [3] },
  };
  expect(await python.ask({ do: 'learn', text: 'ä 漢' }, tensors)).toEqual({
    fields: { do: 'learn', text: 'ä 漢' },
    tensors,
  });
  // A view into a larger buffer.
  const part = { data: values.subarray(5, 9), shape: [4] };
  expect((await python.ask({}, { part })).tensors.part?.data).toEqual(values.slice(5, 9));
  await python.end();
});

test('progress is reported before the answer', async () => {
  const python = await start(echo);
  await python.send({ progress: true, step: 1 });
  const steps: unknown[] = [];
  const { fields } = await python.ask({ done: true }, {}, (frame) => void steps.push(frame.fields.step));
  expect(steps).toEqual([1]);
  expect(fields).toEqual({ done: true });
  await python.end();
});

describe('the errors of', () => {
  test.each([
    ['a missing weight', ['MissingWeight', 'Exception'], 'unet lacks it', 'input.safetensors.tensor'],
    [
      'memory',
      ['OutOfMemoryError', 'RuntimeError'],
      'CUDA out of memory. Tried 2 GiB\nmore',
      'resource.memory.exhausted',
    ],
    ['an import', ['ModuleNotFoundError', 'ImportError'], "No module named 'peft'", 'resource.engine.broken'],
    ['a lost rank', ['RuntimeError'], '[gloo/pair.cc] Connection closed by peer', 'trainer.crashed'],
    ['anything else', ['ValueError', 'Exception'], '', 'internal'],
  ])('%s have a code', async (_, types, message, code) => {
    const python = await start(echo);
    const answer = python.ask({ error: { types, message } });
    await expect(answer).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message.split('\n')[0] ?? ''),
    });
    await python.end();
  });

  test.skipIf(process.platform === 'win32').each([
    ['a crash on a GPU', 'process.kill(process.pid, "SIGSEGV")', 'cuda', 'resource.device.lost', 'SIGSEGV'],
    ['a crash on a CPU', 'process.kill(process.pid, "SIGSEGV")', 'cpu', 'trainer.crashed', 'SIGSEGV'],
    ['a kill', 'process.kill(process.pid, "SIGKILL")', 'cuda', 'trainer.crashed', 'SIGKILL'],
    [
      'an end in the middle of a frame',
      'process.stdout.write(Buffer.of(9, 0, 0, 0, 1))',
      'cpu',
      'trainer.crashed',
      'code 0',
    ],
  ])('%s have a code', async (_, script, device, code, how) => {
    const python = await start(script, device);
    await expect(python.ask({ do: 'learn' })).rejects.toMatchObject({ code, message: expect.stringContaining(how) });
  });

  test('a program that is not there', async () => {
    const missing = PythonProcess.start(['/no/such/python'], {}, 'cpu');
    await expect(missing).rejects.toMatchObject({ code: 'resource.engine.broken', file: '/no/such/python' });
  });
});
