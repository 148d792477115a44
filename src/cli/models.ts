/** @file `lora-bridge models list`, `inspect` and `download`: lists, describes and fetches base models. */
import type { Command } from 'commander';
import { parseHubId } from '../diffusion/hub/hub-id.js';
import { describeModel, type ModelDescription } from '../diffusion/model/describe-model.js';
import { openModel } from '../diffusion/model/open-model.js';
import { openTransformerFolder } from '../engines/diffusers/transformer-folder.js';
import { type ListedModel, listBaseModels } from '../engines/listed-models.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { trainOptions } from '../protocol/train-options.js';
import { homeAt } from '../store/home.js';
import { downloadBase, openBase } from './base-model.js';
import { addFlags, readFlags } from './flags.js';
import { print, printJson } from './output.js';

const overrides = trainOptions.pick({ family: true, predictionType: true });

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

function printDescription(model: ModelDescription): void {
  const row = (label: string, text: string): void => print(`${label.padEnd(10)} ${text}`);
  row('name', model.name);
  row('path', `${model.path} (${model.layout})`);
  row('family', `${model.familyTitle} (${model.family})`);
  const zeroSnr = model.zeroTerminalSnr ? ', zero terminal SNR' : '';
  row('prediction', `${model.predictionType}${zeroSnr} (${model.predictionTypeFrom})`);
  row('images', `${model.resolution} × ${model.resolution} pixels`);
  for (const { name, parameters, bytes, types, files } of model.networks) {
    const where = files === 1 ? '' : `, ${files} files`;
    row(name, `${(parameters / 1e6).toFixed(1)} M parameters, ${types.join(' and ')}, ${gigabytes(bytes)}${where}`);
  }
}

function describeListed({ base, model, trainable, problem }: ListedModel): string {
  if (trainable === undefined) return `${base}  ${problem?.message} [${problem?.code}]`;
  const { title, resolution, engines } = trainable;
  const predicts = model === undefined ? '' : `, ${model.scheduler.prediction_type}`;
  return `${base}  ${title}${predicts}, ${resolution} px, trained by ${engines.join(' or ')}`;
}

function jsonOfListed({ base, model, trainable, problem }: ListedModel): object {
  if (trainable === undefined) return { base, error: problem?.toReport() };
  const { path, title, resolution, engines } = trainable;
  const known = model && { family: model.family.name, predictionType: model.scheduler.prediction_type };
  return { base, path, title, ...known, resolution, engines };
}

export function addModelsCommand(program: Command): void {
  const models = program.command('models').description('List, inspect and download base models.');
  models
    .command('list')
    .description(
      'List the available base models: pocket, those in the data folder and those in the Hugging Face cache.',
    )
    .option('--json', 'Print one JSON array.')
    .action(async ({ json }: { json?: boolean }) => {
      const listed = await listBaseModels(homeAt());
      if (json) printJson(listed.map(jsonOfListed));
      else for (const entry of listed) print(describeListed(entry));
    });
  const inspect = models
    .command('inspect')
    .description('Show what a base model is: its family, prediction type, image size and weights.')
    .argument('<model>', 'pocket, a diffusers folder, a .safetensors file, or an id on the Hugging Face hub.')
    .option('--json', 'Print one JSON object.');
  addFlags(inspect, overrides.shape).action(
    async (base: string, flags: { json?: boolean } & Record<string, unknown>) => {
      const only = await openTransformerFolder(base);
      if (only !== undefined) {
        const { path, name, title, resolution } = only;
        if (flags.json) printJson({ path, name, familyTitle: title, resolution, engines: ['diffusers'] });
        else print(`${name}  ${title}, ${resolution} px, trained by diffusers`);
        return;
      }
      const description = describeModel(await openBase(base, readFlags(overrides, flags), flags.json === true));
      if (flags.json) printJson(description);
      else printDescription(description);
    },
  );
  models
    .command('download')
    .description('Download a base model from the Hugging Face hub into the cache shared with Python.')
    .argument('<id>', 'OWNER/NAME, or OWNER/NAME/FILE.safetensors.')
    .option(
      '--variant <name>',
      'Variant of the weights to download if there are several, such as fp16 (half the size).',
    )
    .option('--json', 'Print one JSON object at the end, and no progress.')
    .action(async (text: string, { variant, json }: { variant?: string; json?: boolean }) => {
      const id = parseHubId(text);
      if (id === undefined)
        throw new LoraBridgeError('input.option.invalid', `"${text}" is not a model id on the Hugging Face hub.`, {
          hint: 'An id has the form OWNER/NAME, such as stable-diffusion-v1-5/stable-diffusion-v1-5.',
        });
      const path = await downloadBase(id, variant, json === true);
      const { family } = await openModel(path);
      if (json) printJson({ path, family: family.name });
      else print(path);
    });
}
