/** @file Reads a JSON file of a model folder and checks what it says. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';

/**
 * The checked contents of a JSON file; keys that the schema does not know are left out.
 * Throws `input.model.missing` when there is no such file, `input.model.unsupported` when it describes a kind of network that this
 * project does not compute, and `input.model.invalid` when it says something impossible.
 */
export async function readConfigFile<Config>(file: string, schema: z.ZodType<Config>): Promise<Config> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new LoraBridgeError('input.model.missing', `The model folder has no ${file}.`, {
      file,
      cause,
      hint: 'Download the model again, or save it anew with `pipeline.save_pretrained(folder)`.',
    });
  }
  const result = schema.safeParse(parse(text, file));
  if (result.success) return result.data;
  // Schemas list what can be computed: all else that is well-formed is another kind of network.
  if (result.error.issues.every(({ code }) => code === 'invalid_value'))
    throw new LoraBridgeError(
      'input.model.unsupported',
      `${file} describes a network that is not supported: ${z.prettifyError(result.error)}`,
      { file, cause: result.error, hint: 'Use a Stable Diffusion 1.x, 2.x or SDXL text-to-image model.' },
    );
  throw new LoraBridgeError(
    'input.model.invalid',
    `${file} has values that cannot be: ${z.prettifyError(result.error)}`,
    {
      file,
      cause: result.error,
      hint: 'Check that the file belongs to a Stable Diffusion model in the diffusers layout.',
    },
  );
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(withoutPythonNumbers(text));
  } catch (cause) {
    throw new LoraBridgeError('input.model.invalid', `${file} is not valid JSON.`, {
      file,
      cause,
      hint: 'The file is probably damaged or half downloaded: download the model again.',
    });
  }
}

/** Python writes Infinity and NaN, which JSON does not have; no key that we read may hold them. */
function withoutPythonNumbers(text: string): string {
  if (!/Infinity|NaN/.test(text)) return text;
  return text.replace(/([:[,]\s*)(?:-?Infinity|NaN)(?=\s*[,}\]])/g, '$1null');
}
