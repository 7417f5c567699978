/** A ranked row as the contract has it. */
import { gainOver } from './above-random.js';
import { mean } from './descriptive.js';
import { type Draft, meanOf, onOneMachine } from './draft.js';
import type { DrawnRow } from './drawn-row.js';
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

/** What follows from a row's own runs alone, whatever the rows beside it. */
const ownPart = (draft: Draft) => {
  const { runs, newest, again } = draft;
  const latency = timedOn(draft);
  const others = again.map(([first]) => first!);
  return {
    id: rowIdOf(newest),
    rank: null as number | null,
    tier: null as number | null,
    control: draft.control,
    aliases: [...new Set(others.map(rowIdOf))].filter((id) => id !== rowIdOf(newest)),
    provenances: [...new Set([newest, ...others].map(({ provenance }) => provenance))],
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

export type OwnPart = ReturnType<typeof ownPart>;

/** Kept: how far seeds differ is learned from the suite's rows, and then every row is made anew. */
const ownParts = new WeakMap<Draft, OwnPart>();
export const ownPartOf = (draft: Draft): OwnPart => {
  const known = ownParts.get(draft) ?? ownPart(draft);
  ownParts.set(draft, known);
  return known;
};

export type LeaderboardRow = OwnPart & DrawnRow & { readonly base: number | null };

/** Of the metric that ranks, before anything was done. */
export const baseOf = ({ metrics }: Draft, { id }: MetricDescriptor, [base]: readonly Phase[]): number | null =>
  metrics.find((m) => m.id === id && m.phase === base)?.value ?? null;

/** Of version 1, where a row stands for its own runs; `control` shows what chance would do. */
export const toRow = (
  draft: Draft,
  control: Draft | null,
  metric: MetricDescriptor,
  phases: readonly Phase[],
): LeaderboardRow => {
  const { sample, metrics } = draft;
  const controlSample = control?.sample;
  return {
    ...ownPartOf(draft),
    place: null,
    reproduced: 0,
    contradicted: 0,
    base: baseOf(draft, metric, phases),
    metrics: metrics.map((m) => ({ ...m })),
    aboveRandom: sample && controlSample ? gainOver(sample, controlSample, metric.direction) : null,
    byWidths: null,
    widthShare: null,
  };
};
