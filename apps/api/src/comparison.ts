/** Rows of one board side by side, with the tests that the stored answers allow. */
import type { Comparison, Row } from '@topiary/contracts';
import {
  type Answers,
  type Correct,
  comparePairs,
  compareRows,
  knowledgeOf,
  type LeaderboardRow,
  powerOf,
  type RowKnowledge,
  type RunRecord,
  rowIdOf,
} from '@topiary/stats';
import { resolveBoard, trackOf } from '@topiary/tracks/catalogue';
import type { ApiContext } from './context.js';
import { boardStandings } from './leaderboard.js';
import { isNamed } from './named-row.js';
import { recordsOf } from './run-records.js';

/** The answers of a row's runs, one per seed; null unless every seed has its record. */
const answersOf = (records: readonly RunRecord[], row: LeaderboardRow): Answers => {
  const own = records.filter((run) => rowIdOf(run) === row.id);
  const bySeed = new Map<number | null, Correct | null>();
  for (const { seed, correct } of own) if (!bySeed.has(seed)) bySeed.set(seed, correct ?? null);
  const correct = row.seeds.map((seed) => bySeed.get(seed)).filter((one) => one !== null && one !== undefined);
  return { id: row.id, correct: correct.length > 0 && correct.length === row.seeds.length ? correct : null };
};

type Pair = Comparison['pairs'][number];
type Metric = ReturnType<typeof trackOf>['metrics'][number];

/** Two rows that stand for methods: over other seeds and other examples. */
const methodPair = (a: RowKnowledge, b: RowKnowledge, metric: Metric): Omit<Pair, 'a' | 'b'> | null => {
  const { spread, family } = a.ranking;
  const found = compareRows(a.evidence, b.evidence, metric, spread);
  if (!found) return null;
  const { p, difference, low, high, isPaired } = found;
  const power = powerOf(a.evidence, b.evidence, { metric, spread, level: family.nextLevel });
  return {
    ...{ p, difference, low, high, n: isPaired ? a.evidence.examples : null },
    power: power && { ...power, missing: power.missing && [power.missing[0], power.missing[1]] },
  };
};

export const comparison = async (context: ApiContext, boardId: string, ids: readonly string[]): Promise<Comparison> => {
  const board = await resolveBoard(context.db.boards, boardId);
  const [{ rows: all }, records] = await Promise.all([boardStandings(context, board), recordsOf(context, board)]);
  const rows = ids.flatMap((id) => all.find(isNamed(id)) ?? []);
  const metric = trackOf(board).metrics[0]!;
  const plain = comparePairs(rows.map((row) => answersOf(records, row)));
  const pairs = plain.map((pair): Pair => {
    const [a, b] = [pair.a, pair.b].map((id) => knowledgeOf(rows.find((row) => row.id === id)!));
    const found = a && b ? methodPair(a, b, metric) : null;
    return { ...pair, low: null, high: null, power: null, ...found };
  });
  return { rows: rows as Row[], missing: ids.filter((id) => !all.some(isNamed(id))), pairs };
};
