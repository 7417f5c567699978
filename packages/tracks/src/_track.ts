/** What a track declares: its protocol, in full, as plain data. The worker's stages read it; nothing here computes. */
import type { BoardDescription, TrackDescription, Training } from '@topiary/contracts';

export interface Protocol {
  /** Changes whenever numbers may: results of two versions are never ranked together. */
  readonly version: string;
  /** Which count of MACs targets are measured by. */
  readonly counter: 'published' | 'pure';
  /** Of the training pictures: pixels of padding before a random crop, and mirroring. */
  readonly augment: { readonly crop: number; readonly flip: boolean };
  /** Pictures per call when a metric is measured. */
  readonly evaluationBatch: number;
  readonly latency: { readonly batch: number; readonly warmupMs: number; readonly samples: number };
  /** The classifier's outputs are the classes and always stay. */
  readonly keeps: string;
}

/**
 * How long a run takes: a constant part, and one training step of the base model at batch 128. Measured on two cores of
 * an Intel Xeon with AVX-512 (264 GFLOP/s in a MatMul of 1024³); elsewhere it is a guess within a factor of three.
 */
export interface Cost {
  readonly fixedSeconds: number;
  readonly stepSeconds: number;
}

/** A board before its texts and estimate are derived. */
export interface BoardSpec {
  readonly model: { readonly id: string; readonly title: string };
  /** `augmentation`: of training pictures, where it is not the protocol's crop and flip. */
  readonly dataset: { readonly id: string; readonly title: string; readonly augmentation?: string };
  readonly targets: BoardDescription['targets'];
  readonly finetune: Training;
  readonly sparsify: Training;
  readonly cost: Cost;
}

export interface Track extends TrackDescription {
  readonly protocol: Protocol;
  /** Why this version runs nothing on the track's boards, which then show published numbers only; null: it does. */
  readonly cannot: string | null;
  readonly boards: readonly BoardSpec[];
}
