/**
 * What the shipped runs know: of all pairs of a ranking, how many stand after Holm's correction when seeds and examples
 * are both drawn; how wide the places are; how often a row's own seeds, split in two, are told apart; and which of the
 * papers' orderings hold across the shipped networks.
 * Command: npx tsx scripts/experiments/shipped-orderings.ts
 */
import { join } from 'node:path';
import type { ShippedRun } from '@topiary/contracts';
import {
  bitAnswers,
  compareRows,
  evidenceOf,
  familyPlaces,
  type MetricScale,
  type NetworkScore,
  networkOrderings,
  offTheEdge,
  pairedTest,
  pValue,
  type Ranking,
  type RowEvidence,
  rowInterval,
  seedSpread,
  unpackBits,
} from '@topiary/stats';
import { reportedOn, shippedOn, shippedResultsFolder } from '@topiary/tracks';
import { BOARDS } from '@topiary/tracks/catalogue';
import { table } from '../bench/summary.js';
import { writeResults } from './results.js';

const FOLDER = shippedResultsFolder(join(import.meta.dirname, '..', '..'));
const TOP1: MetricScale = { estimator: 'share', bounds: [0, 100], direction: 'higher' };
/** Half a point at 80 %, on the scale of the logarithm of the odds. */
const MARGIN = 0.5 / 16;

interface Row {
  readonly label: string;
  readonly criterion: string | null;
  readonly isSparsified: boolean;
  readonly runs: readonly ShippedRun[];
  readonly evidence: RowEvidence;
}

const top1Of = ({ metrics }: ShippedRun) => metrics.find(({ id, phase }) => id === 'top1' && phase === 'finetuned')!;

const bitsOf = ({ correct }: ShippedRun): Uint8Array => Uint8Array.from(Buffer.from(correct!, 'base64'));

const evidenceOfRuns = (id: string, runs: readonly ShippedRun[]): RowEvidence => {
  const examples = top1Of(runs[0]!).n;
  const answers = bitAnswers(runs.map(bitsOf), examples);
  return evidenceOf({ id, values: runs.map((run) => top1Of(run).value), examples, answers }, TOP1);
};

const rowsOf = (runs: readonly ShippedRun[]): Row[] =>
  [...new Set(runs.map(({ label }) => label))].map((label) => {
    const own = runs.filter((run) => run.label === label);
    const { criterion, regularizer, scope } = own[0]!.recipe;
    return {
      label,
      criterion: scope === 'global' && typeof criterion === 'string' ? criterion : null,
      isSparsified: Boolean(regularizer),
      runs: own,
      evidence: evidenceOfRuns(label, own),
    };
  });

/** Each row's seeds, one against the others: the spread is that of the other rows. */
const nullPairs = (rows: readonly Row[]): boolean[] =>
  rows.flatMap((row) => {
    const spread = seedSpread(rows.filter((other) => other !== row).map(({ evidence }) => evidence));
    return row.runs.map((one) => {
      const rest = row.runs.filter((run) => run !== one);
      return pValue(evidenceOfRuns('one', [one]), evidenceOfRuns('rest', rest), spread)! < 0.05;
    });
  });

/** The test that takes the seeds for the methods, as boards `@1` have it. */
const toldBefore = (a: Row, b: Row): boolean => {
  const unpacked = ({ runs }: Row) => runs.map((run) => unpackBits(bitsOf(run), top1Of(run).n!));
  return pairedTest(unpacked(a), unpacked(b)).p < 0.05;
};

const isReal = ({ label }: Row): boolean => !label.startsWith('random');

const study = (board: string, target: string, rows: readonly Row[], all: readonly Row[]) => {
  const evidence = rows.map((row) => row.evidence);
  const spread = seedSpread(evidence, () => all.map((row) => row.evidence))!;
  const { places, pairs } = familyPlaces(evidence, { metric: TOP1, spread });
  const named = new Map(rows.map((row) => [row.label, row]));
  const real = pairs.filter(({ better, worse }) => isReal(named.get(better)!) && isReal(named.get(worse)!));
  const random = rows.find((row) => !isReal(row))?.evidence;
  const control = random ? rowInterval(random, TOP1, spread) : null;
  const nulls = nullPairs(rows);
  return {
    board,
    target,
    rows: rows.length,
    spread,
    pairs: pairs.length,
    toldBefore: pairs.filter(({ better, worse }) => toldBefore(named.get(better)!, named.get(worse)!)).length,
    stand: pairs.filter(({ stands }) => stands).length,
    realPairs: real.length,
    realStand: real.filter(({ stands }) => stands).length,
    aboveRandom: random
      ? evidence.filter((row) => row !== random && compareRows(row, random, TOP1, spread)!.low > 0).length
      : null,
    controlHalfWidth: control ? (control.high! - control.low!) / 2 : null,
    nullPairs: nulls.length,
    nullAlarms: nulls.filter(Boolean).length,
    places: places.map(({ id, text }) => `${text} ${id}`),
  };
};

const boards = BOARDS.map(({ id }) => id).filter((id) => shippedOn(FOLDER, id).length > 0);
const results = boards.flatMap((board) => {
  const runs = shippedOn(FOLDER, board);
  const targets = [...new Set(runs.map(({ target }) => target.label))];
  const byTarget = targets.map((target) => rowsOf(runs.filter((run) => run.target.label === target)));
  return targets.flatMap((target, t) =>
    [false, true].map((isSparsified) => {
      const rows = byTarget[t]!.filter((row) => row.isSparsified === isSparsified);
      const others = byTarget.flat().filter((row) => !rows.includes(row));
      return { ...study(board, target, rows, others), kind: isSparsified ? 'regularizer' : 'criterion' };
    }),
  );
});

const scores: NetworkScore[] = boards.flatMap((network) => {
  const runs = shippedOn(FOLDER, network);
  return [...new Set(runs.map(({ target }) => target.label))].flatMap((target) =>
    rowsOf(runs.filter((run) => run.target.label === target)).flatMap(({ criterion, isSparsified, evidence }) => {
      const share = offTheEdge(evidence.value, evidence.examples);
      const score = Math.log(share / (1 - share));
      return criterion === null || isSparsified ? [] : [{ network, ranking: target, method: criterion, score }];
    }),
  );
});

/** Tables of papers: criteria without a regularizer, by board and target. */
const published: Ranking[] = BOARDS.flatMap(({ id }) => {
  const rows = reportedOn(id).filter(({ recipe }) => recipe['scope'] === 'global' && !recipe['regularizer']);
  return [...new Set(rows.map(({ target }) => target.label))].map((target) => ({
    id: `${id} ${target}`,
    rows: rows.flatMap((row) => {
      const value = row.metrics.find(({ id: metric, phase }) => metric === 'top1' && phase === 'finetuned')?.value;
      const method = row.recipe['criterion'];
      const isHere = row.target.label === target && value !== undefined && typeof method === 'string';
      return isHere ? [{ method, score: value, tier: null }] : [];
    }),
  }));
}).filter(({ rows }) => rows.length > 1);

const across = networkOrderings(published, scores, { margin: MARGIN });
await writeResults('shipped-orderings', [{ rankings: results, across }]);

console.log(
  table(
    ['ranking', 'rows', 'd0', 'told before', 'stand (Holm)', 'real criteria', 'random +-', 'null alarms'],
    results.map((one) => [
      `${one.board.split('.')[1]} ${one.target} ${one.kind}`,
      `${one.rows}`,
      one.spread.df.toFixed(1),
      `${one.toldBefore}/${one.pairs}`,
      `${one.stand}/${one.pairs}`,
      `${one.realStand}/${one.realPairs}`,
      one.controlHalfWidth?.toFixed(1) ?? '-',
      `${one.nullAlarms}/${one.nullPairs}`,
    ]),
  ),
);
const counts = new Map<string, number>();
for (const { verdict } of across) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
console.log(
  `\nOrderings of the papers across ${boards.length} networks: ${JSON.stringify(Object.fromEntries(counts))}`,
);
