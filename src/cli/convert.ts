/** @file `lora-bridge convert`: a PyTorch checkpoint becomes safetensors; no code in it is executed. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { writeTensors } from '../safetensors/write.js';
import { openTorchFile } from '../torch-file/torch-file.js';
import { note, print, printJson } from './output.js';

interface Converted {
  readonly file: string;
  readonly tensors: number;
  /** Entries of the file that are not weights. */
  readonly leftOut: readonly string[];
  /** Python functions that loading the file in PyTorch would have called. */
  readonly uncalled: readonly string[];
}

async function convert(source: string, out: string | undefined): Promise<Converted> {
  const path = resolve(source);
  const file = resolve(out ?? path.replace(/\.[^./\\]+$/, '.safetensors'));
  if (!file.endsWith('.safetensors') || file === path) {
    throw new LoraBridgeError(
      'input.option.invalid',
      `--out ${file} must name a different file that ends in .safetensors.`,
      {
        hint: 'Give --out FILE.safetensors.',
      },
    );
  }
  const checkpoint = await openTorchFile(path);
  try {
    writeTensors(file, [...checkpoint.tensors.values()], { format: 'pt' });
  } finally {
    checkpoint.close();
  }
  const { tensors, leftOut, uncalled } = checkpoint;
  return { file, tensors: tensors.size, leftOut, uncalled };
}

export function addConvertCommand(program: Command): void {
  program
    .command('convert')
    .description('Convert a PyTorch file (.ckpt, .pt, .bin) to .safetensors. No code in the file is executed.')
    .argument('<file>', 'the file')
    .option('--out <value>', 'The file to write. Default: the same name, ending in .safetensors.')
    .option('--json', 'Print one JSON object.')
    .action(async (source: string, { out, json }: { out?: string; json?: boolean }) => {
      const converted = await convert(source, out);
      if (json) {
        printJson(converted);
        return;
      }
      const { file, tensors, leftOut, uncalled } = converted;
      if (leftOut.length > 0) note(`skipped (not weights): ${leftOut.join(', ')}`);
      if (uncalled.length > 0) note(`functions that the file names, not executed: ${uncalled.join(', ')}`);
      note(`${tensors} tensors`);
      print(file);
    });
}
