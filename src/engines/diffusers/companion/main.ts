/**
 * @file The companion process of the Python side: it draws the dataset and writes the files of a run with the very code of the
 * native engine, so that both engines have the same pictures, order and files. One for each process of a training.
 */
import { asLoraBridgeError } from '../../../errors/lora-bridge-error.js';
import { readJob } from '../../../worker/child.js';
import { engineJob } from '../../contract.js';
import { Companion } from './companion.js';
import { FrameReader } from './frames.js';
import { bytesAfter, type CompanionAnswer, companionRequest } from './requests.js';

/** Arguments: the job file, the number of the process, how many there are, and whether it writes the files of the run. */
const [file, rank = '0', processes = '1', writes] = process.argv.slice(2);

// Ctrl-C reaches every process of a terminal; a checkpoint is still to be written then. The end of the pipe ends this process.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

function write(data: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(data, (error) => (error ? reject(error) : resolve())));
}

async function reply(answer: object, numbers: readonly Float32Array[] = []): Promise<void> {
  const bytes = numbers.reduce((sum, part) => sum + part.byteLength, 0);
  await write(Buffer.from(`${JSON.stringify({ answer, bytes })}\n`));
  for (const part of numbers) await write(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
}

const reader = new FrameReader(process.stdin);
let companion: Companion | undefined;

async function serve(line: string): Promise<CompanionAnswer> {
  const request = companionRequest.parse(JSON.parse(line));
  const payload = await reader.bytes(bytesAfter(request));
  if (request.do === 'open') {
    companion = await Companion.open(await readJob(engineJob, file), {
      rank: Number(rank),
      processes: Number(processes),
      writes: writes !== undefined,
    });
    return { answer: companion.plan };
  }
  if (companion === undefined) throw new Error('The first request has to be `open`.');
  return await companion.serve(request, payload);
}

for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
  try {
    const { answer, numbers } = await serve(line);
    await reply(answer, numbers);
  } catch (error) {
    await write(Buffer.from(`${JSON.stringify({ error: asLoraBridgeError(error).toReport() })}\n`));
  }
}
companion?.close();
