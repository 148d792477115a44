/** @file What the model in a single file predicts. */
import type { PredictionType } from '../../protocol/base-model.js';
import type { SafetensorsFile } from '../../safetensors/header.js';
import type { Family } from '../families/family.js';

export interface Prediction {
  readonly type: PredictionType;
  /** Where it comes from, for display. */
  readonly from: string;
}

/** Stability AI's model specification has `predict_key`, kohya's scripts write `prediction_type`. */
const metadataKeys = ['modelspec.prediction_type', 'modelspec.predict_key'] as const;

/** From the first of these that says: the user, a marker tensor `v_pred`, the metadata, the family's default. */
export function predictionTypeOf(
  file: SafetensorsFile,
  family: Family,
  override: PredictionType | undefined,
): Prediction {
  if (override !== undefined) return { type: override, from: 'as requested' };
  if (file.tensors.has('v_pred')) return { type: 'v_prediction', from: 'tensor v_pred' };
  for (const key of metadataKeys) {
    const value = file.metadata[key];
    if (value === 'epsilon') return { type: 'epsilon', from: `metadata ${key}` };
    if (value === 'v' || value === 'v_prediction') return { type: 'v_prediction', from: `metadata ${key}` };
  }
  return { type: family.singleFile.defaultPredictionType, from: `assumed, as is usual for ${family.title}` };
}
