/** @file What a single file's model predicts, as far as the file tells. */
import type { PredictionType } from '../../protocol/base-model.js';
import type { SafetensorsFile } from '../../safetensors/header.js';
import type { Family } from '../families/family.js';

export interface Prediction {
  readonly type: PredictionType;
  /** What tells it, for people. */
  readonly from: string;
}

/** Stability AI's model specification has `predict_key`, kohya's scripts write `prediction_type`. */
const metadataKeys = ['modelspec.prediction_type', 'modelspec.predict_key'] as const;

/** The first that says something: the user, a tensor `v_pred` without meaning of its own, the metadata, the family's habit. */
export function predictionTypeOf(
  file: SafetensorsFile,
  family: Family,
  wanted: PredictionType | undefined,
): Prediction {
  if (wanted !== undefined) return { type: wanted, from: 'as requested' };
  if (file.tensors.has('v_pred')) return { type: 'v_prediction', from: 'tensor v_pred' };
  for (const key of metadataKeys) {
    const said = file.metadata[key];
    if (said === 'epsilon') return { type: 'epsilon', from: `metadata ${key}` };
    if (said === 'v' || said === 'v_prediction') return { type: 'v_prediction', from: `metadata ${key}` };
  }
  return { type: family.singleFile.predictionTypeUnlessTold, from: `assumed, as is usual for ${family.title}` };
}
