/** @file Reads and validates JSON files of a model folder. */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { asLoraBridgeError, LoraBridgeError } from '../../errors/lora-bridge-error.js';

/**
 * The validated contents of a JSON file; keys that the schema does not know are dropped.
 * @throws LoraBridgeError `input.model.missing` when there is no such file, `input.model.unsupported` when it describes a kind of network
 * that this project does not compute, and `input.model.invalid` when its values are impossible
 */
export async function readConfigFile<Config>(file: string, schema: z.ZodType<Config>): Promise<Config> {
  const result = schema.safeParse(parse(await readText(file), file));
  if (result.success) return result.data;
  // Schemas list what can be computed: any other valid value means another kind of network.
  if (result.error.issues.every(({ code }) => code === 'invalid_value'))
    throw new LoraBridgeError(
      'input.model.unsupported',
      `${file} describes a network that is not supported: ${z.prettifyError(result.error)}`,
      { file, cause: result.error, hint: 'Use a Stable Diffusion 1.x, 2.x or SDXL text-to-image model.' },
    );
  throw new LoraBridgeError('input.model.invalid', `${file} has invalid values: ${z.prettifyError(result.error)}`, {
    file,
    cause: result.error,
    hint: 'Check that the file belongs to a Stable Diffusion model in the diffusers layout.',
  });
}

/** A model's largest text file, tokenizer.json, has 4 MB. */
const maximumTextBytes = 64 * 2 ** 20;

/**
 * A text file of a model folder.
 * @throws LoraBridgeError `input.model.missing`, and `input.model.invalid` for one that is far too large
 */
export async function readText(file: string): Promise<string> {
  const info = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw asLoraBridgeError(cause);
    throw new LoraBridgeError('input.model.missing', `The model folder has no ${file}.`, {
      file,
      cause,
      hint: 'Download the model again: `lora-bridge models download ID` fetches all files that are needed.',
    });
  });
  if (info.isFile() && info.size <= maximumTextBytes) return await readFile(file, 'utf8');
  throw new LoraBridgeError('input.model.invalid', `${file} is not a model configuration: it has ${info.size} bytes.`, {
    file,
    hint: 'Download the model again.',
  });
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
