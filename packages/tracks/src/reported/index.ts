/** Printed numbers as rows: one paper = one file; one line here. */
import { type ReportedRow, rowsOf, type Sheet } from './_sheet.js';
import { AsyncDiff } from './asyncdiff.js';
import { IsomorphicPruning } from './isomorphic.js';
import { LearningToCache } from './learning-to-cache.js';
import { PruningBench } from './pruningbench.js';
import { RemixDit } from './remix-dit.js';
import { SlimSam } from './slimsam.js';
import { TinyFusion } from './tinyfusion.js';
import { TorchPruning } from './torch-pruning.js';

export type { ReportedRow, Sheet } from './_sheet.js';

export const SHEETS: readonly Sheet[] = [
  PruningBench,
  TorchPruning,
  IsomorphicPruning,
  TinyFusion,
  LearningToCache,
  RemixDit,
  AsyncDiff,
  SlimSam,
];

/** Made when first asked: most processes never do. */
let rows: readonly ReportedRow[] | null = null;

/** What papers print for a board. */
export const reportedOn = (board: string): readonly ReportedRow[] => {
  rows ??= SHEETS.flatMap(rowsOf);
  return rows.filter((row) => row.board === board);
};
