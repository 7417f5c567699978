/** What the page knows of each run: its record from the API, then every event on top; events may come twice, and are counted once. */
import type { Problem, Run, RunEventRecord, Stage, State } from '@topiary/contracts';

export interface StageView extends Stage {
  readonly etaSeconds: number | null;
  /** When the stage was seen to start, for the running clock. */
  readonly startedAt: string | null;
}

export interface CurveView {
  readonly stage: string;
  readonly points: readonly { readonly step: number; readonly value: number }[];
}

export interface LogLine {
  readonly at: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

export interface RunView {
  readonly id: string;
  readonly attempt: number;
  readonly lastSequence: number;
  readonly state: State;
  readonly problem: Problem | null;
  readonly stages: readonly StageView[];
  readonly curves: Readonly<Record<string, CurveView>>;
  readonly log: readonly LogLine[];
}

export type RunViews = Readonly<Record<string, RunView>>;

const fresh = (id: string, attempt: number, stages: readonly Stage[]): RunView => ({
  id,
  attempt,
  lastSequence: -1,
  state: 'queued',
  problem: null,
  stages: stages.map((stage) => ({ ...stage, etaSeconds: null, startedAt: null })),
  curves: {},
  log: [],
});

const waiting = (stage: Stage): Stage => ({ ...stage, state: 'waiting', seconds: null, progress: null });

/** A stage that the record did not name is shown under its id. */
const withStage = (stages: readonly StageView[], id: string, change: Partial<StageView>): readonly StageView[] => {
  const known = stages.some((stage) => stage.id === id);
  const blank: StageView = { ...waiting({ id, title: id } as Stage), etaSeconds: null, startedAt: null };
  const all = known ? stages : [...stages, blank];
  return all.map((stage) => (stage.id === id ? { ...stage, ...change } : stage));
};

const appendCurve = (
  curve: CurveView | undefined,
  event: Extract<RunEventRecord['event'], { type: 'curve' }>,
): CurveView => ({
  stage: event.stage,
  points: [
    ...(curve?.points ?? []),
    ...event.steps.flatMap((step, i) => {
      const value = event.values[i];
      return value === undefined || !Number.isFinite(value) ? [] : [{ step, value }];
    }),
  ],
});

const apply = (view: RunView, { event, at }: RunEventRecord): RunView => {
  switch (event.type) {
    case 'state':
      return { ...view, state: event.state, problem: event.problem };
    case 'stage': {
      const { stage: id, state, progress, seconds, etaSeconds } = event;
      const before = view.stages.find((stage) => stage.id === id);
      const startedAt = state === 'running' ? (before?.startedAt ?? at) : (before?.startedAt ?? null);
      return { ...view, stages: withStage(view.stages, id, { state, progress, seconds, etaSeconds, startedAt }) };
    }
    case 'curve':
      return { ...view, curves: { ...view.curves, [event.series]: appendCurve(view.curves[event.series], event) } };
    case 'log':
      return { ...view, log: [...view.log, { at, level: event.level, text: event.text }] };
  }
};

/** One event on top of what is known. A newer attempt starts over; older attempts and repeated sequences change nothing. */
export const applyRecord = (views: RunViews, record: RunEventRecord): RunViews => {
  const known = views[record.run] ?? fresh(record.run, record.attempt, []);
  if (record.attempt < known.attempt) return views;
  const view = record.attempt > known.attempt ? fresh(record.run, record.attempt, known.stages.map(waiting)) : known;
  if (record.sequence <= view.lastSequence) return views;
  return { ...views, [record.run]: { ...apply(view, record), lastSequence: record.sequence } };
};

export const applyRecords = (views: RunViews, records: readonly RunEventRecord[]): RunViews =>
  records.reduce(applyRecord, views);

const OVER: readonly State[] = ['done', 'failed', 'cancelled'];

/** The API's record of a run: it starts a view, and has the last word once the run is over. */
export const mergeRuns = (views: RunViews, runs: readonly Run[]): RunViews => {
  const next: Record<string, RunView> = { ...views };
  for (const run of runs) {
    const known = next[run.id];
    const isNewer = !known || run.attempt > known.attempt;
    const view = isNewer ? fresh(run.id, run.attempt, run.stages) : known;
    const silent = view.lastSequence < 0;
    if (!silent && !OVER.includes(run.state)) continue;
    next[run.id] = {
      ...view,
      state: run.state,
      problem: run.problem,
      stages: run.stages.map((stage) => {
        const seen = view.stages.find(({ id }) => id === stage.id);
        return { ...stage, etaSeconds: seen?.etaSeconds ?? null, startedAt: seen?.startedAt ?? null };
      }),
    };
  }
  return next;
};
