/**
 * The recorded rows of the classification boards as their rankings take them: of the current protocol alone, at targets that
 * are offered, criteria and regularizers apart, and the same widths with channels by chance beside them, not among them.
 */
import { join } from 'node:path';
import type { BoardDescription, ShippedRun } from '@topiary/contracts';
import {
  bitAnswers,
  evidenceOf,
  type MetricScale,
  type RowEvidence,
  type SeedSpread,
  seedSpread,
} from '@topiary/stats';
import { protocolOf, shippedOn, shippedResultsFolder } from '@topiary/tracks';
import { BOARDS } from '@topiary/tracks/catalogue';

const FOLDER = shippedResultsFolder(join(import.meta.dirname, '..', '..'));
export const TOP1: MetricScale = { estimator: 'share', bounds: [0, 100], direction: 'higher' };

export interface ShippedRow {
  readonly label: string;
  readonly criterion: string | null;
  readonly isSparsified: boolean;
  readonly isRandom: boolean;
  /** A control: as many channels of each layer as the criterion would keep, by chance. */
  readonly isShuffled: boolean;
  readonly runs: readonly ShippedRun[];
  readonly evidence: RowEvidence;
}

export interface ShippedRanking {
  readonly board: string;
  readonly target: string;
  readonly isSparsified: boolean;
  /** Those that compete, random pruning among them. */
  readonly rows: readonly ShippedRow[];
  readonly shuffled: readonly ShippedRow[];
  /** Rows that are ranked alike at the board's other targets, from which a ranking of few learns how far seeds differ. */
  readonly others: readonly ShippedRow[];
  readonly spread: SeedSpread;
}

export const top1Of = ({ metrics }: ShippedRun) =>
  metrics.find(({ id, phase }) => id === 'top1' && phase === 'finetuned')!;

export const bitsOf = ({ correct }: ShippedRun): Uint8Array => Uint8Array.from(Buffer.from(correct!, 'base64'));

export const evidenceOfRuns = (id: string, runs: readonly ShippedRun[]): RowEvidence => {
  const examples = top1Of(runs[0]!).n;
  const answers = bitAnswers(runs.map(bitsOf), examples);
  return evidenceOf({ id, values: runs.map((run) => top1Of(run).value), examples, answers }, TOP1);
};

const isShuffled = ({ recipe }: ShippedRun): boolean => (recipe['prune'] as { shuffle?: boolean })?.shuffle === true;

/** One for each recipe: labels are for people, and two recipes may share one. */
export const rowsOf = (runs: readonly ShippedRun[]): ShippedRow[] =>
  [...new Set(runs.map(({ recipeHash }) => recipeHash))].map((hash) => {
    const own = runs.filter(({ recipeHash }) => recipeHash === hash);
    const [{ label, recipe }] = own as [ShippedRun];
    const { criterion, regularizer, scope } = recipe;
    return {
      label,
      criterion: scope === 'global' && typeof criterion === 'string' ? criterion : null,
      isSparsified: Boolean(regularizer),
      isRandom: criterion === 'random',
      isShuffled: isShuffled(own[0]!),
      runs: own,
      evidence: evidenceOfRuns(hash, own),
    };
  });

type Offering = Pick<BoardDescription, 'id' | 'targets' | 'track' | 'version'>;

const several = (rows: readonly ShippedRow[]): RowEvidence[] =>
  rows.filter(({ runs }) => runs.length > 1).map(({ evidence }) => evidence);

/** Criteria, then regularizers, at each target that the board offers. */
export const rankingsOf = (board: Offering, recorded: readonly ShippedRun[]): ShippedRanking[] => {
  const { version } = protocolOf(board);
  const current = recorded.filter(({ protocol }) => protocol === version);
  const labels = [...new Set(current.map(({ target }) => target.label))];
  const byTarget = labels.map((target) => ({
    target,
    all: rowsOf(current.filter((run) => run.target.label === target)),
  }));
  return board.targets.flatMap(({ label: target }) =>
    [false, true].flatMap((isSparsified) => {
      const alike = byTarget.map((one) => ({
        ...one,
        own: one.all.filter((row) => row.isSparsified === isSparsified),
      }));
      const own = alike.find((one) => one.target === target)?.own ?? [];
      const others = alike.filter((one) => one.target !== target).flatMap((one) => one.own);
      const spread = seedSpread(several(own), () => several(others));
      const [rows, shuffled] = [own.filter((row) => !row.isShuffled), own.filter((row) => row.isShuffled)];
      return spread && rows.length > 0
        ? [{ board: board.id, target, isSparsified, rows, shuffled, others, spread }]
        : [];
    }),
  );
};

/** Of every classification board of which something is recorded. */
export const shippedRankings = (): ShippedRanking[] =>
  BOARDS.filter(({ track }) => track === 'classification').flatMap((board) =>
    rankingsOf(board, shippedOn(FOLDER, board.id)),
  );
