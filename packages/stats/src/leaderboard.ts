/**
 * Runs in, leaderboard rows out: one row per (target, recipe hash, split hash, provenance) with intervals over its
 * seeds, its gain over random pruning, a dense rank and a tier. Rows have the shape of the contract's `Row`.
 */
import { controlSteps, type FindControl } from './control.js';
import { type Draft, draftOf, type LeaderboardOptions } from './draft.js';
import {
  type DrawnRanking,
  drawnRanking,
  isOfSeveral,
  partsOf,
  prepareEvidence,
  type RankingParts,
} from './drawn-ranking.js';
import { atOnce, groupSteps, PER_STEP, type Steps } from './in-steps.js';
import { MethodRow } from './method-row.js';
import { pairedTest } from './paired.js';
import { denseRanks, type RankKey, sortRows, tiersOf } from './rank.js';
import { baseOf, type LeaderboardRow, ownPartOf, toRow } from './row.js';
import { RowMemory } from './row-memory.js';
import type { RunRecord } from './run-record.js';
import { isAskedFor, whoseRuns } from './whose-runs.js';

export type { LeaderboardOptions } from './draft.js';
export { type LeaderboardRow, rowIdOf } from './row.js';

/** Do two rows share a tier? By an exact paired test; without the bits of both, by overlapping intervals. */
const alike = (significance: number) => (above: Draft, row: Draft) => {
  const [a, b] = [above.sample, row.sample];
  if (a?.correct && b?.correct && a.correct[0]?.length === b.correct[0]?.length) {
    return pairedTest(a.correct, b.correct).p >= significance;
  }
  const [x, y] = [above.outcome!, row.outcome!];
  return (x.low ?? x.value) <= (y.high ?? y.value) && (y.low ?? y.value) <= (x.high ?? x.value);
};

/** A table of a paper has one number a row: nothing says which of them chance could have swapped. */
const tells = ({ outcome, sample }: Draft): boolean => outcome!.low !== null || Boolean(sample?.correct);

/** What decides the order of rows. */
function* keyOfEach(drafts: readonly Draft[]): Steps<(draft: Draft) => RankKey> {
  const { machine } = drafts[0]!.newest;
  for (const [i, { newest }] of drafts.entries()) {
    if (i % PER_STEP === 0) yield;
    if (newest.machine !== machine) return ({ keys }) => keys.several;
  }
  return ({ keys }) => keys.oneMachine;
}

/** What follows from the rows of a ranking alone, whatever stands at the board's other targets. */
export interface Arranged {
  /** Those that compete, best first, then the others. */
  readonly sorted: readonly Draft[];
  /** Of those that compete. */
  readonly ranks: readonly (number | null)[];
  readonly parts: RankingParts;
}

function* arrange(drafts: readonly Draft[], options: LeaderboardOptions): Steps<Arranged> {
  const { direction } = options.metrics[0]!;
  const keyOf = yield* keyOfEach(drafts);
  const [placed, apart]: [Draft[], Draft[]] = [[], []];
  for (const draft of yield* sortRows(drafts, keyOf, direction))
    (draft.control !== 'widths' && draft.isRanked ? placed : apart).push(draft);
  yield;
  for (const draft of drafts) {
    prepareEvidence(draft, options.metrics);
    yield;
  }
  const keys = placed.map(keyOf);
  yield;
  const ranks = denseRanks(keys, direction);
  yield;
  return { sorted: [...placed, ...apart], ranks, parts: yield* partsOf(drafts, options) };
}

/**
 * A ranking whose rows stand for methods; `others`: the board's rows of several seeds at other targets, to learn how far
 * seeds differ.
 */
function* placeGroup(
  drafts: readonly Draft[],
  others: readonly Draft[],
  options: LeaderboardOptions,
  memory: RowMemory,
): Steps<Ranked> {
  const metric = options.metrics[0]!;
  const arranged = memory.arranged(drafts) ?? (yield* arrange(drafts, options));
  memory.keepArranged(drafts, arranged);
  const name = drafts[0]!.ranking;
  const keptFamily = (parts: readonly unknown[]) => memory.family(name, parts);
  const ranking = yield* drawnRanking(arranged.parts, others, options, keptFamily);
  const basis = memory.basis(name, ranking);
  yield;
  const rows: LeaderboardRow[] = [];
  for (const [i, draft] of arranged.sorted.entries()) {
    const rank = ranking.random.verdict === 'unfit' ? null : (arranged.ranks[i] ?? null);
    const make = () =>
      new MethodRow(
        { own: ownPartOf(draft), base: baseOf(draft, metric, options.phases), drawn: basis.row(draft) },
        rank,
      );
    rows.push(memory.drawnRow(draft, basis, rank, make));
    yield;
  }
  return { rows, ranking: basis };
}

/** The same, kept: where nothing has changed about its rows and those that it learns from, nothing is worked out again. */
function* placed(
  drafts: readonly Draft[],
  others: readonly Draft[],
  options: LeaderboardOptions,
  memory: RowMemory,
): Steps<Ranked> {
  const known = memory.group(drafts, others);
  if (known) return known;
  const ranked = yield* placeGroup(drafts, others, options, memory);
  memory.keepGroup(drafts, others, ranked);
  return ranked;
}

function* rankGroup(
  drafts: readonly Draft[],
  findControl: FindControl,
  options: LeaderboardOptions,
  memory: RowMemory,
): Steps<Ranked> {
  const metric = options.metrics[0]!;
  const keyOf = yield* keyOfEach(drafts);
  const sorted = yield* sortRows(drafts, keyOf, metric.direction);
  yield;
  const ranks = denseRanks(sorted.map(keyOf), metric.direction);
  const ranked = sorted.filter((_, i) => ranks[i] !== null);
  const test = alike(options.significance ?? 0.05);
  const areAlike = (above: Draft, row: Draft) => memory.alike(above, row, () => test(above, row));
  const tell = ranked.some(tells);
  for (let i = 1; tell && i < ranked.length; i += 1) {
    areAlike(ranked[i - 1]!, ranked[i]!);
    yield;
  }
  const tiers = tell ? tiersOf(ranked, areAlike) : [];
  const rows: LeaderboardRow[] = [];
  for (const [i, draft] of sorted.entries()) {
    const control = findControl(draft);
    const row = memory.row(draft, control, () => toRow(draft, control, metric, options.phases));
    rows.push({ ...row, rank: ranks[i]!, tier: tiers[i] ?? null });
    yield;
  }
  return { rows, ranking: null };
}

const isPrinted = ({ provenance }: RunRecord): boolean => provenance === 'reported';

/** Rows of one ranking, of which there may be very many, and what was found in them in one go. */
interface Group {
  readonly drafts: readonly Draft[];
  readonly first: Draft;
  /** When the newest run ended. */
  readonly latest: string;
  /** Those of several seeds. */
  readonly several: readonly Draft[];
}

function* groupOf(drafts: readonly Draft[]): Steps<Group> {
  let latest = '';
  const several: Draft[] = [];
  for (const [i, draft] of drafts.entries()) {
    if (i % PER_STEP === 0) yield;
    const { finishedAt } = draft.newest;
    if (finishedAt !== null && finishedAt > latest) latest = finishedAt;
    if (isOfSeveral(draft)) several.push(draft);
  }
  return { drafts, first: drafts[0]!, latest, several };
}

/** Targets in rising order; measured rows before reported ones, whose tables keep the order in which they are given. */
const inOrder = (rankings: readonly Group[]): readonly Group[] => {
  /** Divisions, in each of them rows that nothing sets apart first, then by the newest run. */
  const measuredOrder = (a: Group, b: Group): number =>
    a.first.newest.division.localeCompare(b.first.newest.division) ||
    Number(!a.first.isPlain) - Number(!b.first.isPlain) ||
    b.latest.localeCompare(a.latest);
  return rankings.toSorted((a, b) => {
    const [p, q] = [a.first.newest, b.first.newest];
    return (
      p.target.value - q.target.value ||
      Number(isPrinted(p)) - Number(isPrinted(q)) ||
      (isPrinted(p) ? 0 : measuredOrder(a, b))
    );
  });
};

/** Rows of one ranking, and what they follow from beside their runs; null: the rows stand for their runs. */
export interface Ranked {
  readonly rows: readonly LeaderboardRow[];
  readonly ranking: DrawnRanking | null;
}

export interface RankedBoard {
  readonly rows: readonly LeaderboardRow[];
  /** By the text of a ranking; those of version 1 and of papers have none. */
  readonly rankings: ReadonlyMap<string, DrawnRanking>;
}

/** What makes a row: of a method one, whoever ran it; of version 1 one for each provenance. */
const rowKeyOf = (run: RunRecord, { drawn }: LeaderboardOptions): string => {
  const { target, recipeHash, splitHash, provenance, division, protocol } = run;
  const whose = drawn && provenance !== 'reported' ? 'any' : provenance;
  return JSON.stringify([target.label, recipeHash, splitHash, whose, division, protocol]);
};

const draftFrom = (group: readonly RunRecord[], options: LeaderboardOptions): Draft => {
  if (!options.drawn) return draftOf(group, options);
  const { deciding, again } = whoseRuns(group);
  return draftOf(deciding, options, again);
};

const isMethods = ({ first }: Group, { drawn }: LeaderboardOptions): boolean =>
  Boolean(drawn) && !isPrinted(first.newest);

/** What rankings of several targets have in common. */
const kindOf = ({ ranking, newest }: Draft): string => ranking.slice(newest.target.label.length);

/** Rows of several seeds that are ranked alike at the board's other targets. */
const elsewhere = ({ first }: Group, rankings: readonly Group[]): Draft[] => {
  const [kind, { label }] = [kindOf(first), first.newest.target];
  return rankings
    .filter(({ first: other }) => other.newest.target.label !== label && kindOf(other) === kind)
    .flatMap(({ several }) => several);
};

/** The same in small steps, for who has other work beside it. */
export function* leaderboardSteps(
  runs: readonly RunRecord[],
  options: LeaderboardOptions,
  memory: RowMemory = new RowMemory(),
): Steps<RankedBoard> {
  const groups = yield* groupSteps(runs, (run) => memory.key(run, () => rowKeyOf(run, options)));
  const drafts: Draft[] = [];
  for (const group of groups) {
    if (!options.drawn || isAskedFor(group)) drafts.push(memory.draft(group, () => draftFrom(group, options)));
    yield;
  }
  const rows: LeaderboardRow[] = [];
  const byName = new Map<string, DrawnRanking>();
  const rankings: Group[] = [];
  for (const group of yield* groupSteps(drafts, ({ ranking }) => ranking)) rankings.push(yield* groupOf(group));
  // rows that stand for their runs: of those that stand for methods the ranking itself knows the controls
  const ofRuns = rankings.filter((group) => !isMethods(group, options)).flatMap((group) => group.drafts);
  const findControl = yield* controlSteps(ofRuns, options.control);
  for (const group of inOrder(rankings)) {
    yield;
    const ranked = isMethods(group, options)
      ? yield* placed(group.drafts, elsewhere(group, rankings), options, memory)
      : yield* rankGroup(group.drafts, findControl, options, memory);
    for (const row of ranked.rows) rows.push(row);
    if (ranked.ranking) byName.set(group.first.ranking, ranked.ranking);
  }
  return { rows, rankings: byName };
}

/** All of it at once. */
export const rankedBoard = (runs: readonly RunRecord[], options: LeaderboardOptions): RankedBoard =>
  atOnce(leaderboardSteps(runs, options));

/** The rows of one board's runs, in the order a reader sees them. */
export const leaderboard = (runs: readonly RunRecord[], options: LeaderboardOptions): readonly LeaderboardRow[] =>
  rankedBoard(runs, options).rows;
