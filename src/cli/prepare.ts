/** @file `lora-bridge prepare`: writes the dataset (crops, captions, manifest) without training. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readDatasetFolder } from '../dataset/folder.js';
import { countFramings } from '../dataset/manifest.js';
import { prepare } from '../dataset/prepare.js';
import { clipTokenCounter } from '../diffusion/clip/token-counter.js';
import { trainOptions } from '../protocol/train-options.js';
import { openBase } from './base-model.js';
import { reportLines } from './dataset-report.js';
import { addFlags, readFlags } from './flags.js';
import { Interrupted } from './interrupted.js';
import { note, print, printJson } from './output.js';
import { ProgressLine } from './progress.js';

const options = trainOptions.pick({ base: true, prompt: true, framings: true, resolution: true });

interface OwnFlags {
  readonly images: string;
  readonly out: string;
  readonly json?: boolean;
}

export function addPrepareCommand(program: Command): void {
  const command = program
    .command('prepare')
    .description('Write the training dataset (crops, captions, manifest) without training.')
    .requiredOption('--images <folder>', 'Folder of images; a .txt file of the same name is the caption.')
    .requiredOption('--out <folder>', 'Folder of the dataset.')
    .option('--json', 'Print one JSON object at the end, and no progress.');
  addFlags(command, options.shape).action(async (flags: OwnFlags & Record<string, unknown>) => {
    const { base, prompt, framings, resolution } = readFlags(options, flags);
    const folder = resolve(flags.images);
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const line = new ProgressLine(flags.json === true);
    try {
      const { file, manifest, report } = await prepare({
        ...(await readDatasetFolder(folder)),
        source: folder,
        out: resolve(flags.out),
        prompt,
        framings,
        droppedTokens: await clipTokenCounter(),
        resolution: resolution ?? (await openBase(base, {}, flags.json === true)).resolution,
        signal: controller.signal,
        onProgress: (stage, done, total) => line.update(stage, done, total),
        onRejected: (rejected, { message, code }) => line.say(`skipped ${rejected}: ${message} [${code}]`),
      });
      line.end();
      const samplesPerFraming = countFramings(manifest.pictures);
      if (flags.json) printJson({ manifest: file, samplesPerFraming, rejected: manifest.rejected, report });
      else {
        for (const reportLine of reportLines(report)) note(reportLine);
        for (const [framing, count] of Object.entries(samplesPerFraming)) print(`${framing.padEnd(6)} ${count}`);
        print(file);
      }
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      throw new Interrupted(
        'Stopped before the dataset was complete.',
        'Run the same command again: finished crops are reused.',
      );
    } finally {
      line.end();
    }
  });
}
