/** What is asked of a process that runs one run of the suite, and what it answers. */
import type { RecipeInput, ShippedFiles, ShippedRun } from '@topiary/contracts';

/** Whose widths and pictures stand for a row. */
export const FIRST_SEED = 0;

export interface SuiteJob {
  readonly board: string;
  readonly recipe: RecipeInput;
  readonly target: string;
  readonly seed: number;
  readonly codeVersion: string;
  /** Where data sets lie; null: none is needed but what is drawn. */
  readonly dataDir: string | null;
}

/** `files`: what the first seed shows of itself. */
export type Answer = { readonly run: ShippedRun; readonly files: ShippedFiles | null } | { readonly problem: string };
