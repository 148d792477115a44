/**
 * @file The metadata of kohya's LoRA files, which A1111, Forge and ComfyUI show: `ss_*` as in sd-scripts'
 * `train_network.py`, `modelspec.*` as in Stability AI's model specification 1.0.0.
 */
import type { FamilyName, PredictionType } from '../../protocol/base-model.js';
import type { Lora } from './lora.js';
import type { KohyaNaming } from './lora-keys.js';

/** Families of base models that LoRA files distinguish: ours, and those that only the diffusers engine trains. */
export type LoraFamily = FamilyName | 'sd3' | 'flux1';

/** The naming scheme of a family in kohya's files. */
export const namingOf = (family: LoraFamily): KohyaNaming => (family === 'sdxl' ? 'sdxl' : 'sd');

/** The kind of base model, for other programs to show and to filter by. */
export interface LoraBase {
  readonly family: LoraFamily;
  /** What the network predicts; `flow` is the velocity of a straight path. */
  readonly predictionType: PredictionType | 'flow';
}

/** What is known about the training of a LoRA. */
export interface LoraTraining extends LoraBase {
  /** Name of the character. */
  readonly title: string;
  /** Name of the base model. */
  readonly baseModel: string;
  /** Prompt that invokes the character. */
  readonly triggerPhrase: string;
  /** Caption of each image; their comma-separated parts are counted as tags. */
  readonly captions: readonly string[];
  /** Edge of the training images in pixels. */
  readonly resolution: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly minSnrGamma?: number | undefined;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

const seconds = (date: Date): string => String(date.getTime() / 1000);

/** The entries that say which base model a LoRA belongs to: library/model_util.py and sai_model_spec.py of sd-scripts. */
export function baseMetadata({ family, predictionType }: LoraBase): Record<string, string> {
  if (family === 'sd3' || family === 'flux1') {
    const architecture = family === 'sd3' ? 'stable-diffusion-3' : 'flux-1-dev';
    return { ss_base_model_version: family, ss_v2: 'False', 'modelspec.architecture': `${architecture}/lora` };
  }
  const isV = predictionType === 'v_prediction';
  const architecture = {
    sd1: 'stable-diffusion-v1',
    sd2: isV ? 'stable-diffusion-v2-768-v' : 'stable-diffusion-v2-512',
    sdxl: 'stable-diffusion-xl-v1-base',
  }[family];
  return {
    ss_base_model_version:
      family === 'sdxl' ? 'sdxl_base_v1-0' : `${family === 'sd1' ? 'sd_v1' : 'sd_v2'}${isV ? '_v' : ''}`,
    ss_v2: family === 'sd2' ? 'True' : 'False',
    'modelspec.architecture': `${architecture}/lora`,
    'modelspec.implementation': family === 'sdxl' ? 'https://github.com/Stability-AI/generative-models' : 'diffusers',
    'modelspec.prediction_type': isV ? 'v' : 'epsilon',
  };
}

/** Entries that are no longer valid in a rewritten file: hashes of the old one, and PEFT's settings. */
const stale = /hash|^format$|^lora_adapter_metadata$/;

/** Metadata for a file that is made from others: that of the first, updated for the new file. */
export function derivedMetadata(
  metadata: Readonly<Record<string, string>>,
  modules: readonly { readonly rank: number; readonly alpha: number }[],
  family: FamilyName | undefined,
): Record<string, string> {
  const kept = Object.entries(metadata).filter(([name]) => !stale.test(name));
  const one = (values: readonly number[]): string => (new Set(values).size === 1 ? String(values[0]) : 'Dynamic');
  const predictionType = metadata['modelspec.prediction_type'] === 'v' ? 'v_prediction' : 'epsilon';
  return {
    'modelspec.sai_model_spec': '1.0.0',
    ...(family && baseMetadata({ family, predictionType })),
    ...Object.fromEntries(kept),
    ss_network_module: 'networks.lora',
    ss_network_dim: one(modules.map(({ rank }) => rank)),
    ss_network_alpha: one(modules.map(({ alpha }) => alpha)),
  };
}

/** Metadata of a trained LoRA; the format allows only strings. */
export function loraMetadata(lora: Lora, training: LoraTraining): Record<string, string> {
  const { resolution, captions } = training;
  const folder = `1_${training.title}`;
  return {
    ...baseMetadata(training),
    ss_output_name: training.title,
    ss_sd_model_name: training.baseModel,
    ss_network_module: 'networks.lora',
    ss_network_dim: String(lora.rank),
    ss_network_alpha: String(lora.alpha),
    ss_resolution: `(${resolution}, ${resolution})`,
    ss_num_train_images: String(captions.length),
    ss_dataset_dirs: JSON.stringify({ [folder]: { n_repeats: 1, img_count: captions.length } }),
    ss_tag_frequency: JSON.stringify({ [folder]: tagFrequency(captions) }),
    ss_steps: String(training.steps),
    ss_max_train_steps: String(training.steps),
    ss_total_batch_size: String(training.batchSize),
    ss_learning_rate: String(training.learningRate),
    ss_unet_lr: String(training.learningRate),
    ss_lr_scheduler: 'constant',
    ss_optimizer: 'AdamW',
    ss_max_grad_norm: '1.0',
    ss_min_snr_gamma: training.minSnrGamma === undefined ? 'None' : String(training.minSnrGamma),
    ss_seed: String(training.seed),
    ss_training_started_at: seconds(training.startedAt),
    ss_training_finished_at: seconds(training.finishedAt),
    'modelspec.sai_model_spec': '1.0.0',
    'modelspec.title': training.title,
    'modelspec.trigger_phrase': training.triggerPhrase,
    'modelspec.resolution': `${resolution}x${resolution}`,
    'modelspec.date': training.finishedAt.toISOString().slice(0, 19),
  };
}

function tagFrequency(captions: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const caption of captions)
    for (const tag of caption.split(',').map((part) => part.trim()))
      if (tag !== '') counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return Object.fromEntries(counts);
}
