/** @file The options of a training run: the same for every engine and every way in. */
import { z } from 'zod';
import { familyName, predictionTypeName } from './base-model.js';
import { framing } from './shot.js';

/** What graphs are computed on. */
const devices = ['cpu', 'cuda', 'webgpu'] as const;
export type Device = (typeof devices)[number];

/** Defaults are the values of the 2023 workflow this project replaces: diffusers' `train_dreambooth_lora.py`. */
export const trainOptions = z
  .strictObject({
    base: z
      .string()
      .min(1)
      .max(4096)
      .default('pocket')
      .describe('Base model: `pocket`, a diffusers folder, a .safetensors file, or an id on the Hugging Face hub.'),
    family: familyName.optional().describe('Family of the base model: sd1, sd2 or sdxl. Default: as its files say.'),
    predictionType: predictionTypeName
      .optional()
      .describe('Prediction type of the base model: epsilon or v_prediction. Default: as its files say.'),
    prompt: z
      .string()
      .min(1)
      .max(4000)
      .default('an illustration of a sks girl')
      .describe('Prompt of the character, with its trigger word.'),
    steps: z.int().min(1).max(1_000_000).default(1000).describe('Total number of training steps.'),
    learningRate: z.number().positive().max(1).default(1e-4).describe('Learning rate of AdamW, constant.'),
    rank: z.int().min(1).max(256).default(4).describe('Rank of the LoRA.'),
    alpha: z
      .number()
      .positive()
      .max(4096)
      .optional()
      .describe('LoRA alpha; the effect is scaled by alpha / rank. Default: the rank.'),
    resolution: z
      .int()
      .min(64)
      .max(2048)
      .multipleOf(8)
      .optional()
      .describe("Edge of the training image in pixels. Default: the base model's own."),
    batchSize: z.int().min(1).max(64).default(1).describe('Batch size: images per step.'),
    seed: z.int().min(0).max(0xffffffff).default(0).describe('Seed of weights, noise, timesteps and image variants.'),
    checkpointEvery: z.int().min(1).default(200).describe('Steps between two checkpoints.'),
    checkpointMinutes: z
      .number()
      .positive()
      .max(1440)
      .default(5)
      .describe('Also write a checkpoint when the last one is this many minutes old. The next checkpoint replaces it.'),
    previewEvery: z.int().min(0).default(200).describe('Steps between two preview sheets; 0 for none.'),
    previewCount: z.int().min(1).max(16).default(2).describe('Images on a preview sheet.'),
    previewPrompt: z.string().max(4000).optional().describe('Prompt of the previews. Default: the training prompt.'),
    minSnrGamma: z.number().positive().optional().describe('Gamma of min-SNR loss weighting. Default: none.'),
    maskWeight: z
      .number()
      .min(0.1)
      .max(1)
      .default(1)
      .describe('Weight of the loss outside the alpha silhouette; 1 is the plain loss.'),
    variants: z
      .int()
      .min(1)
      .max(64)
      .default(8)
      .describe('Variants of each image, with different backgrounds and small zooms and shifts.'),
    background: z
      .string()
      .regex(/^(random|keep|white|#[0-9a-fA-F]{6})$/)
      .default('random')
      .describe(
        'Background behind transparent images: `random`, `keep`, `white` or `#rrggbb`. All but `random` give one variant per image.',
      ),
    flip: z.boolean().default(false).describe('Also train on mirrored images. Off: characters are not symmetric.'),
    framings: z
      .array(framing)
      .min(1)
      .default([...framing.options])
      .describe('Crops to make of each image, where the regions are known.'),
    engine: z
      .enum(['auto', 'native', 'diffusers'])
      .default('auto')
      .describe('Training engine: `native` is built in, `diffusers` needs `engine install diffusers`.'),
    device: z
      .enum(['auto', ...devices])
      .default('auto')
      .describe('Device to use.'),
    precision: z
      .enum(['auto', 'fp32', 'fp16', 'bf16'])
      .default('auto')
      .describe('Numeric precision. `auto`: fp16 on CUDA (bf16 with the diffusers engine), else fp32.'),
    threads: z.int().min(1).max(256).optional().describe('CPU threads. Default: as many as there are cores.'),
    lowMemory: z
      .boolean()
      .default(false)
      .describe('Recompute activations instead of storing them: less memory, longer steps.'),
    gpus: z
      .string()
      .regex(/^(all|\d{1,3}(,\d{1,3}){0,63})$/)
      .optional()
      .describe('GPUs for the diffusers engine, one process per GPU: `all`, or indices such as `0,1`.'),
    nodes: z
      .string()
      .max(300)
      .regex(/^\d{1,3}\/\d{1,3}@[\w.-]+:\d{1,5}$/)
      .optional()
      .describe('Rank of this machine in a multi-machine training: `0/2@HOST:PORT` is the first of two.'),
  })
  .meta({ id: 'TrainOptions', description: 'Options of a training run.' });

export type TrainOptions = z.output<typeof trainOptions>;
export type TrainOptionsInput = z.input<typeof trainOptions>;
