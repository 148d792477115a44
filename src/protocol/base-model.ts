/** @file What can be said of a base model that its files do not say, or say wrongly. */
import { z } from 'zod';

/** Stable Diffusion 1.x, 2.x and SDXL. */
export const familyName = z.enum(['sd1', 'sd2', 'sdxl']);
export type FamilyName = z.output<typeof familyName>;

/** What a model was trained to predict. */
export const predictionTypeName = z.enum(['epsilon', 'v_prediction']);
export type PredictionType = z.output<typeof predictionTypeName>;
