/** Recorded experiments: one file here declares what they claim; one line here. */
import type { RecordedExperiment } from './_experiment.js';
import { AsyncDiff, AsyncDiffLatency } from './asyncdiff.js';
import { DiffusionLatency } from './diffusion-latency.js';
import { LearningToCache } from './learning-to-cache.js';
import { RemixDit } from './remix-dit.js';
import { Nuclei, SlimSam } from './slimsam.js';
import { TinyFusion } from './tinyfusion.js';

export type { RecordedExperiment } from './_experiment.js';

export const EXPERIMENTS: readonly RecordedExperiment[] = [
  LearningToCache,
  TinyFusion,
  AsyncDiff,
  AsyncDiffLatency,
  RemixDit,
  DiffusionLatency,
  SlimSam,
  Nuclei,
];
