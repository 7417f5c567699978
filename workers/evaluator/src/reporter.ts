/** Tells the parent what happens: stages with their progress and times, curves in batches, words for the log. */
import type { Stage } from '@topiary/contracts';
import type { FromChild, StageEvent } from './messages.js';

const TELL_MS = 250;

interface Points {
  readonly stage: string;
  readonly series: string;
  readonly steps: number[];
  readonly values: number[];
}

/** A curve as it is kept with the result. */
export type Curves = Record<string, { steps: number[]; values: number[] }>;

export class Reporter {
  readonly #stages: Stage[];
  readonly #weights: Readonly<Record<string, number>>;
  readonly #send: (message: FromChild) => void;
  readonly #lines: string[] = [];
  readonly #waiting = new Map<string, Points>();
  readonly curves: Curves = {};
  #told = 0;

  /** `weights`: expected share of each stage in the whole, in any unit. */
  constructor(stages: readonly Stage[], weights: Readonly<Record<string, number>>, send: (message: FromChild) => void) {
    this.#stages = stages.map((stage) => ({ ...stage, state: 'waiting', seconds: null, progress: null }));
    this.#weights = weights;
    this.#send = send;
  }

  /** Seconds of each stage that was run. */
  get seconds(): Record<string, number> {
    return Object.fromEntries(this.#stages.flatMap(({ id, seconds }) => (seconds === null ? [] : [[id, seconds]])));
  }

  get logText(): string {
    return this.#lines.join('\n');
  }

  log(text: string, level: 'info' | 'warn' | 'error' = 'info'): void {
    this.#lines.push(`${new Date().toISOString()} ${level} ${text}`);
    this.#send({ type: 'event', event: { type: 'log', level, text } });
  }

  /** One point of a curve; points travel in batches. */
  point(stage: string, series: string, step: number, value: number): void {
    const points = this.#waiting.get(series) ?? { stage, series, steps: [], values: [] };
    points.steps.push(step);
    points.values.push(value);
    this.#waiting.set(series, points);
    const kept = this.curves[series] ?? { steps: [], values: [] };
    kept.steps.push(step);
    kept.values.push(value);
    this.curves[series] = kept;
  }

  skip(id: string): void {
    this.#change(id, { state: 'skipped' }, null);
  }

  /** Runs a stage; `progress` takes a share from 0 to 1. */
  async stage<T>(id: string, body: (progress: (share: number) => void) => Promise<T>): Promise<T> {
    const began = performance.now();
    const elapsed = () => (performance.now() - began) / 1000;
    this.#change(id, { state: 'running', progress: 0, seconds: 0 }, null);
    try {
      const result = await body((share) => {
        if (performance.now() - this.#told < TELL_MS) return;
        const eta = share > 0.02 ? (elapsed() / share) * (1 - share) : null;
        this.#change(id, { state: 'running', progress: Math.min(1, share), seconds: elapsed() }, eta);
      });
      this.#change(id, { state: 'done', progress: 1, seconds: elapsed() }, null);
      return result;
    } catch (error) {
      this.#change(id, { state: 'failed', seconds: elapsed() }, null);
      throw error;
    }
  }

  #overall(): number {
    const weight = ({ id }: Stage) => this.#weights[id] ?? 1;
    const whole = this.#stages.reduce((sum, stage) => sum + weight(stage), 0);
    const done = this.#stages.reduce(
      (sum, stage) => sum + weight(stage) * (stage.state === 'skipped' ? 1 : (stage.progress ?? 0)),
      0,
    );
    return Math.min(1, done / whole);
  }

  #change(id: string, change: Partial<Stage>, etaSeconds: number | null): void {
    const stage = this.#stages.find((s) => s.id === id);
    if (!stage) throw new Error(`no stage '${id}'`);
    Object.assign(stage, change);
    this.#told = performance.now();
    for (const points of this.#waiting.values()) this.#send({ type: 'event', event: { type: 'curve', ...points } });
    this.#waiting.clear();
    const event: StageEvent = {
      type: 'stage',
      stage: id,
      state: stage.state,
      progress: stage.progress,
      seconds: stage.seconds,
      etaSeconds,
    };
    this.#send({ type: 'stages', stages: this.#stages.map((s) => ({ ...s })), progress: this.#overall(), event });
  }
}
