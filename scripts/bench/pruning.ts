/** Groups, scores, plan and cut of a 224-pixel ResNet-50 to 2x: what a person waits for before training begins. */
import { methodOf, scoreGroups } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { applyPlan, findGroups, plan } from '@topiary/pruning';
import { buildModel, materialize, modelOf } from '@topiary/zoo';

export interface PruningBench {
  readonly model: string;
  readonly coldMs: number;
  readonly medianMs: number;
  readonly minMs: number;
  /** Medians of the parts. */
  readonly parts: Readonly<Record<'groups' | 'scores' | 'plan' | 'cut', number>>;
}

const PARTS = ['groups', 'scores', 'plan', 'cut'] as const;
type Part = (typeof PARTS)[number];

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

const once = (graph: Graph): Record<Part, number> => {
  const times = {} as Record<Part, number>;
  const timed = <T>(part: Part, body: () => T): T => {
    const began = performance.now();
    const result = body();
    times[part] = performance.now() - began;
    return result;
  };
  const criterion = methodOf('criterion', 'magnitude-l2');
  const params = Object.fromEntries(criterion.parameters.map(({ id, default: value }) => [id, value]));
  const dependencies = timed('groups', () => findGroups(graph));
  const scores = timed('scores', () => scoreGroups(criterion, graph, dependencies.groups, { params, rng: () => 0.5 }));
  const options = { target: { value: 2, counter: 'published' }, scope: 'global', protection: 0.1 } as const;
  const found = timed('plan', () => plan(dependencies, scores, options));
  timed('cut', () => applyPlan(graph, dependencies, found));
  return times;
};

const whole = (times: Record<Part, number>): number => PARTS.reduce((sum, part) => sum + times[part], 0);

/** `repetitions` warm runs after one cold and two warming ones. */
export const benchPruning = (repetitions: number): PruningBench => {
  const graph = materialize(buildModel(modelOf('resnet50')), 0);
  const coldMs = whole(once(graph));
  for (let i = 0; i < 2; i += 1) once(graph);
  const runs = Array.from({ length: repetitions }, () => once(graph));
  return {
    model: 'resnet50, 224 px, to 2x',
    coldMs,
    medianMs: median(runs.map(whole)),
    minMs: Math.min(...runs.map(whole)),
    parts: Object.fromEntries(
      PARTS.map((part) => [part, median(runs.map((run) => run[part]))]),
    ) as PruningBench['parts'],
  };
};
