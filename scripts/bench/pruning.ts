/** Groups, scores, plan and cut of large networks to 2x: what a person waits for before training begins. */
import { methodOf, scoreGroups } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { applyPlan, findGroups, plan } from '@topiary/pruning';
import { buildModel, materialize, modelOf } from '@topiary/zoo';
import { measured } from './clock.js';
import type { Clock } from './peer.js';

/** With the milliseconds that a warm one may take. */
const MODELS = [
  { id: 'resnet50', limitMs: 150 },
  { id: 'vit-base', limitMs: 250 },
] as const;

export interface PruningBench {
  readonly model: string;
  readonly limitMs: number;
  readonly coldMs: number;
  readonly medianMs: number;
  readonly minMs: number;
  /** Medians of the parts. */
  readonly parts: Readonly<Record<'groups' | 'scores' | 'plan' | 'cut', number>>;
}

const PARTS = ['groups', 'scores', 'plan', 'cut'] as const;
type Part = (typeof PARTS)[number];

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

const once = async (graph: Graph, clock: Clock): Promise<Record<Part, number>> => {
  const times = {} as Record<Part, number>;
  const timed = async <T>(part: Part, body: () => T): Promise<T> => {
    const { ms, value } = await measured(clock, body);
    times[part] = ms;
    return value;
  };
  const criterion = methodOf('criterion', 'magnitude-l2');
  const params = Object.fromEntries(criterion.parameters.map(({ id, default: value }) => [id, value]));
  const dependencies = await timed('groups', () => findGroups(graph));
  const scoring = { params, rng: () => 0.5 };
  const scores = await timed('scores', () => scoreGroups(criterion, graph, dependencies.groups, scoring));
  const options = { target: { value: 2, counter: 'published' }, scope: 'global', protection: 0.1 } as const;
  const found = await timed('plan', () => plan(dependencies, scores, options));
  await timed('cut', () => applyPlan(graph, dependencies, found));
  return times;
};

const whole = (times: Record<Part, number>): number => PARTS.reduce((sum, part) => sum + times[part], 0);

/** `repetitions` warm runs after one cold and two warming ones. */
const benchOne = async ({ id, limitMs }: (typeof MODELS)[number], repetitions: number, clock: Clock) => {
  const graph = materialize(buildModel(modelOf(id)), 0);
  const coldMs = whole(await once(graph, clock));
  for (let i = 0; i < 2; i += 1) await once(graph, clock);
  const runs: Record<Part, number>[] = [];
  for (let i = 0; i < repetitions; i += 1) runs.push(await once(graph, clock));
  const parts = Object.fromEntries(PARTS.map((part) => [part, median(runs.map((run) => run[part]))]));
  return {
    ...{ model: `${id}, 224 px, to 2x`, limitMs, coldMs },
    medianMs: median(runs.map(whole)),
    minMs: Math.min(...runs.map(whole)),
    parts: parts as PruningBench['parts'],
  };
};

export const benchPruning = async (repetitions: number, clock: Clock): Promise<readonly PruningBench[]> => {
  const found: PruningBench[] = [];
  for (const model of MODELS) found.push(await benchOne(model, repetitions, clock));
  return found;
};
