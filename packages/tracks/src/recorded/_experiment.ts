/** What a recorded experiment declares: which file holds its runs, and which of a paper's claims they speak of. */
import type { ClaimOptions, DifferenceClaim, RecordedClaim, Side } from '@topiary/stats';

export interface RecordedExperiment extends ClaimOptions {
  readonly id: string;
  readonly title: string;
  /** The board whose base network it begins with. */
  readonly board: string;
  readonly paper: string;
  /** A list of runs: `scripts/experiments/results/<file>.json`. */
  readonly file: string;
  /** Runs it again. */
  readonly command: string;
  /** The field that holds the hash of the network that a run began with; null: the experiment makes its own. */
  readonly network: string | null;
  /** Fields of which only runs with the most count, the first one first: samples, steps. */
  readonly most: readonly string[];
  readonly digits: number;
  readonly claims: readonly RecordedClaim[];
}

/** Each row beside the next: in this order, or it does not hold. */
export const inOrder = (
  { id, says, needs }: Pick<DifferenceClaim, 'id' | 'says' | 'needs'>,
  expects: 'below' | 'above',
  ...rows: readonly (Side & { readonly name: string })[]
): readonly DifferenceClaim[] =>
  rows.slice(1).map((second, i) => {
    const first = rows[i]!;
    const words = `${says}: ${first.name} ${expects} ${second.name}`;
    return { kind: 'difference', id, says: words, needs, first, second, expects };
  });
