/** What a track declares: its protocol, in full, as plain data. The worker's stages read it; nothing here computes. */
import type { BoardDescription, NetworkTrait, PruneDefaults, TrackDescription, Training } from '@topiary/contracts';

export interface Protocol {
  /** Changes whenever numbers may: results of two versions are never ranked together. */
  readonly version: string;
  /** Which count of MACs targets are measured by. */
  readonly counter: 'published' | 'pure';
  /** What its task is told beyond the base model's own settings; see the task for what it knows. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What happens to training examples, in words. */
  readonly augmentation: string;
  /** Examples per call when a metric is measured. */
  readonly evaluationBatch: number;
  readonly latency: { readonly batch: number; readonly warmupMs: number; readonly samples: number };
  /** How a network is cut where a recipe is silent: one solver for all rows of a ranking. */
  readonly prune: PruneDefaults;
  /** The classifier's outputs are the classes and always stay. */
  readonly keeps: string;
  /**
   * What a row stands for: its own seeds, with tiers by paired tests over the test examples (version 1), or a method, whose
   * seeds are drawn like the examples.
   */
  readonly seeds: 'fixed' | 'drawn';
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
  /** Why these targets, in a sentence; absent: nobody looked at others. */
  readonly targetsBecause?: string;
  readonly finetune: Training;
  readonly sparsify: Training;
  readonly cost: Cost;
  /** Of recipes that name none, where it is not `global`. */
  readonly scope?: BoardDescription['scope'];
  /** Re-estimations of every cut, where they are not the protocol's: what a run's budget allows all criteria alike. */
  readonly estimates?: number;
}

/** A protocol that was current once, with its boards as they were; nothing new runs under it. */
export interface Frozen {
  readonly protocol: Protocol;
  readonly boards: readonly BoardSpec[];
}

export interface Track extends TrackDescription {
  /** What its networks must do, by the id of a task. */
  readonly task: string;
  readonly protocol: Protocol;
  /** What methods may require and no network has that does what the task wants. */
  readonly lacks: readonly NetworkTrait[];
  /** What PruningBench does on tables of the same task, in whole sentences; absent: it has none. */
  readonly published?: { readonly training: string };
  /** Earlier versions, the oldest first. */
  readonly earlier: readonly Frozen[];
  /** Why this version runs nothing on the track's boards, which then show published numbers only; null: it does. */
  readonly cannot: string | null;
  readonly boards: readonly BoardSpec[];
}
