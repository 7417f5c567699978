/**
 * What the shipped runs know: of all pairs of a ranking, how many stand after Holm's correction when seeds and examples
 * are both drawn; how wide the places are; how often a row's own seeds, split in two, are told apart; and which of the
 * papers' orderings hold across the shipped networks.
 * Command: npx tsx scripts/experiments/shipped-orderings.ts
 */
import {
  compareRows,
  familyPlaces,
  type NetworkScore,
  networkOrderings,
  offTheEdge,
  pairedTest,
  pValue,
  type Ranking,
  rowInterval,
  seedSpread,
  unpackBits,
} from '@topiary/stats';
import { reportedOn } from '@topiary/tracks';
import { BOARDS } from '@topiary/tracks/catalogue';
import { writeResults } from './results.js';
import { type OrderingsOfRanking, orderingsText } from './shipped-orderings-report.js';
import {
  bitsOf,
  evidenceOfRuns,
  type ShippedRanking,
  type ShippedRow,
  shippedRankings,
  TOP1,
  top1Of,
} from './shipped-rows.js';

/** Half a point at 80 %, on the scale of the logarithm of the odds. */
const MARGIN = 0.5 / 16;

/** The seeds of `tested`, one against the others of its row: the spread is that of all other rows. */
const nullPairs = (tested: readonly ShippedRow[], { rows, others }: ShippedRanking): boolean[] =>
  tested
    .filter(({ runs }) => runs.length > 1)
    .flatMap((row) => {
      const rest = rows.filter((other) => other !== row).map(({ evidence }) => evidence);
      const spread = seedSpread(rest, () => others.map(({ evidence }) => evidence));
      return row.runs.map((one) => {
        const left = row.runs.filter((run) => run !== one);
        return pValue(evidenceOfRuns('one', [one]), evidenceOfRuns('rest', left), spread)! < 0.05;
      });
    });

/** The test that takes the seeds for the methods, as boards `@1` have it. */
const toldBefore = (a: ShippedRow, b: ShippedRow): boolean => {
  const unpacked = ({ runs }: ShippedRow) => runs.map((run) => unpackBits(bitsOf(run), top1Of(run).n!));
  return pairedTest(unpacked(a), unpacked(b)).p < 0.05;
};

const study = (ranking: ShippedRanking): OrderingsOfRanking => {
  const { board, target, isSparsified, rows, spread } = ranking;
  const { places, pairs } = familyPlaces(
    rows.map(({ evidence }) => evidence),
    { metric: TOP1, spread },
  );
  const named = new Map(rows.map((row) => [row.evidence.id, row]));
  const isReal = (id: string): boolean => !named.get(id)!.isRandom;
  const real = pairs.filter(({ better, worse }) => isReal(better) && isReal(worse));
  const random = rows.find((row) => row.isRandom) ?? null;
  const control = random && rowInterval(random.evidence, TOP1, spread);
  const nulls = nullPairs(
    rows.filter((row) => !row.isRandom),
    ranking,
  );
  const randomNulls = random ? nullPairs([random], ranking) : [];
  return {
    board,
    target,
    kind: isSparsified ? 'regularizer' : 'criterion',
    rows: rows.length,
    spread,
    pairs: pairs.length,
    toldBefore: pairs.filter(({ better, worse }) => toldBefore(named.get(better)!, named.get(worse)!)).length,
    stand: pairs.filter(({ stands }) => stands).length,
    realPairs: real.length,
    realStand: real.filter(({ stands }) => stands).length,
    aboveRandom:
      random &&
      rows.filter((row) => row !== random && compareRows(row.evidence, random.evidence, TOP1, spread)!.low > 0).length,
    randomSeeds: random?.runs.length ?? 0,
    controlHalfWidth: control && (control.high! - control.low!) / 2,
    nullPairs: nulls.length,
    nullAlarms: nulls.filter(Boolean).length,
    randomNullPairs: randomNulls.length,
    randomNullAlarms: randomNulls.filter(Boolean).length,
    places: places.map(({ id, text }) => `${text} ${named.get(id)!.label}`),
  };
};

const rankings = shippedRankings();

const scores: NetworkScore[] = rankings.flatMap(({ board, target, rows }) =>
  rows.flatMap(({ criterion, isSparsified, evidence }) => {
    const share = offTheEdge(evidence.value, evidence.examples);
    const score = Math.log(share / (1 - share));
    return criterion === null || isSparsified ? [] : [{ network: board, ranking: target, method: criterion, score }];
  }),
);

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
const results = rankings.map(study);
await writeResults('shipped-orderings', [{ rankings: results, across }]);

console.log(orderingsText(results));
const counts = new Map<string, number>();
for (const { verdict } of across) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
const networks = new Set(rankings.map(({ board }) => board)).size;
console.log(`\nOrderings of the papers across ${networks} networks: ${JSON.stringify(Object.fromEntries(counts))}`);
