/** A ranked row as the contract has it. */
import { gainOver } from './above-random.js';
import { mean } from './descriptive.js';
import { type Draft, meanOf, onOneMachine } from './draft.js';
import type { DrawnRow } from './drawn-ranking.js';
import { groupBy } from './group-by.js';
import { type Count, costsOf, type MetricDescriptor, type Phase, type RunRecord, UNSTEADY } from './run-record.js';

const meanCount = (runs: readonly RunRecord[], of: (run: RunRecord) => Count): Count => {
  const left = meanOf(runs, (run) => of(run).left);
  return { base: of(runs[0]!).base, left: left === null ? null : Math.round(left) };
};

/** Times of different machines are not averaged: those of the newest run's machine count. */
const rowLatency = (runs: readonly RunRecord[], machine: string | undefined) => {
  const timed = runs.filter((run) => run.latency !== null && run.machine === machine);
  const alike = timed.filter(({ latency }) => latency!.batch === timed[0]!.latency!.batch);
  if (machine === undefined || alike.length === 0) return null;
  const same = alike.map(({ latency }) => latency!);
  return {
    p50Ms: mean(same.map((l) => l.p50Ms)),
    p99Ms: mean(same.map((l) => l.p99Ms)),
    baseP50Ms: mean(same.map((l) => l.baseP50Ms)),
    batch: same[0]!.batch,
    machine,
    isSteady: !alike.some(({ flags }) => flags.includes(UNSTEADY)),
  };
};

/** The row that a run counts for; the same for every seed, and for ever. */
export const rowIdOf = ({ recipeHash, target, splitHash, provenance }: RunRecord): string =>
  [recipeHash.slice(0, 12), target.label, splitHash.slice(0, 8), provenance].join('-');

/** Against any of the submissions behind a row. */
const disputesOf = (runs: readonly RunRecord[]): number =>
  groupBy(runs, ({ submission }) => `${submission}`).reduce((sum, [run]) => sum + (run!.openDisputes ?? 0), 0);

/** Mean over the runs on every axis that one of them names; times are those of `rowLatency`. */
const rowCosts = (runs: readonly RunRecord[], latency: ReturnType<typeof rowLatency>): Record<string, Count> => {
  const known = runs.map(costsOf);
  const axes = [...new Set(known.flatMap((costs) => Object.keys(costs)))].filter((axis) => axis !== 'latency');
  const none: Count = { base: null, left: null };
  const mean = (axis: string): Count => {
    const left = meanOf(known, (costs) => (costs[axis] ?? none).left);
    return { base: (known[0]![axis] ?? none).base, left };
  };
  return {
    ...Object.fromEntries(axes.map((axis) => [axis, mean(axis)])),
    ...(latency === null ? {} : { latency: { base: latency.baseP50Ms, left: latency.p50Ms } }),
  };
};

/** Whose time a row tells: its own runs', or of runs that come with the project those that were timed here. */
const timedOn = ({ runs, newest, again }: Draft): ReturnType<typeof rowLatency> => {
  const here = again.flat().findLast(({ latency }) => latency !== null);
  return rowLatency(runs, newest.machine) ?? rowLatency(again.flat(), here?.machine);
};

/** Of version 1: a row stands for its own runs. */
const PLAIN: DrawnRow = {
  place: null,
  metrics: null,
  aboveRandom: null,
  byWidths: null,
  widthShare: null,
  reproduced: 0,
  contradicted: 0,
};

/** `control`: of version 1, the row that shows what chance would do; `drawn`: of version 2, what is known of the method. */
export const toRow = (
  draft: Draft,
  { control, drawn = PLAIN }: { readonly control: Draft | null; readonly drawn?: DrawnRow },
  metric: MetricDescriptor,
  [base]: readonly Phase[],
) => {
  const { runs, newest, sample, again } = draft;
  const metrics = drawn.metrics ?? draft.metrics;
  const controlSample = control?.sample;
  const latency = timedOn(draft);
  const others = again.map(([first]) => first!);
  return {
    id: rowIdOf(newest),
    rank: null as number | null,
    tier: null as number | null,
    place: drawn.place && { ...drawn.place },
    control: draft.control,
    aliases: [...new Set(others.map(rowIdOf))].filter((id) => id !== rowIdOf(newest)),
    provenances: [...new Set([newest, ...others].map(({ provenance }) => provenance))],
    reproduced: drawn.reproduced,
    contradicted: drawn.contradicted,
    ranking: draft.ranking,
    provenance: newest.provenance,
    division: newest.division,
    submission: newest.submission,
    submitter: newest.submitter ? { ...newest.submitter } : null,
    openDisputes: disputesOf(runs),
    label: newest.label,
    recipe: { ...newest.recipe },
    target: { ...newest.target },
    achieved: mean(runs.map((run) => run.achieved)),
    flags: [...new Set(runs.flatMap((run) => run.flags))].sort(),
    base: metrics.find((m) => m.id === metric.id && m.phase === base)?.value ?? null,
    metrics: metrics.map((m) => ({ ...m })),
    aboveRandom:
      drawn.aboveRandom ?? (sample && controlSample ? gainOver(sample, controlSample, metric.direction) : null),
    byWidths: drawn.byWidths,
    widthShare: drawn.widthShare,
    params: meanCount(runs, (run) => run.params),
    macs: { pure: meanCount(runs, (run) => run.macs.pure), published: meanCount(runs, (run) => run.macs.published) },
    costs: rowCosts(runs, latency),
    latency,
    machine: newest.machine,
    seeds: runs.flatMap((run) => (run.seed === null ? [] : [run.seed])),
    splitHash: newest.splitHash,
    seconds: meanOf(runs, (run) => run.seconds),
    stepSeconds: onOneMachine(draft, (run) => run.stepSeconds),
    epochSeconds: onOneMachine(draft, (run) => run.epochSeconds),
    source: newest.source ? { ...newest.source } : null,
    note: newest.note ?? null,
    at: newest.finishedAt,
  };
};

export type LeaderboardRow = ReturnType<typeof toRow>;
