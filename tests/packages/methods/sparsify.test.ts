/** Sparse training before pruning: every regularizer pulls where it says it pulls, and nowhere else. */
import { checkParameters, methodOf, sparsify } from '@topiary/methods';
import { METHODS } from '@topiary/methods/catalogue';
import { dataOf, type Graph } from '@topiary/onnx';
import { graphOf, type Pipeline, single } from '@topiary/pipeline';
import { holdOut } from '@topiary/tasks';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { inMemory, type Split } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { BestEpoch } from '../../../packages/methods/src/procedures/prune-finetune/best-epoch.js';
import { paced } from '../../../packages/methods/src/procedures/prune-finetune/pace.js';
import { classifierTask, procedureFor } from '../../helpers/procedure.js';
import { smallResnet } from '../autodiff/_nets.js';

const BOARD = boardOf('classification.resnet-tiny.shapes32');
const SPLIT = inMemory({
  dims: [3, 9, 9],
  pixels: Uint8Array.from({ length: 24 * 243 }, (_, i) => (i * i * 7 + i * 31) % 256),
  labels: Uint8Array.from({ length: 24 }, (_, i) => i % 5),
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
});

/** Eight steps of six: two passes over the data. */
const sparse = async (
  regularizer: string,
  params: Readonly<Record<string, number | string>>,
  ignore: string[] = [],
) => {
  const recipe = fillRecipe(BOARD, {
    regularizer,
    prune: { ignore },
    params: { regularizer: params },
    sparsify: { steps: 8, batch: 6, lr: 0.02, schedule: 'constant' },
  });
  const graph = smallResnet();
  const context = procedureFor({ graph, task: classifierTask(SPLIT, 5) });
  const { pipeline, epochSeconds } = await sparsify(context, single(graph), recipe, () => undefined);
  return { graph: graphOf(pipeline), epochSeconds };
};

const roles = ({ nodes, initializers }: Graph) => {
  const inputs = (op: string, place: number) =>
    nodes.filter((node) => node.op === op).flatMap(({ inputs: all }) => all.slice(place, place + 1));
  return {
    scales: inputs('BatchNormalization', 1),
    kernels: inputs('Conv', 1),
    classifier: [...inputs('Gemm', 1), ...inputs('MatMul', 1)].filter((name) => initializers.has(name)),
  };
};

const size = (graph: Graph, names: readonly string[]): number =>
  names.reduce(
    (sum, name) => sum + (dataOf(graph.initializers.get(name)!) as Float32Array).reduce((a, w) => a + Math.abs(w), 0),
    0,
  );

const REGULARIZERS = METHODS.filter(({ kind }) => kind === 'regularizer').map(({ id }) => id);

describe('sparsify', () => {
  it.each(REGULARIZERS)('%s shrinks norm scales below what the same training without a pull leaves', async (id) => {
    const [pulled, free] = [await sparse(id, { lambda: 0.5, pace: 'given' }), await sparse(id, { lambda: 0 })];
    const { scales } = roles(pulled.graph);
    expect(scales.length).toBeGreaterThan(2);
    expect(size(pulled.graph, scales)).toBeLessThan(0.95 * size(free.graph, scales));
    expect(pulled.epochSeconds).toBeGreaterThan(0);
  });
  it('pulls kernels only where the regularizer acts on weights', async () => {
    const free = await sparse('group-lasso', { lambda: 0 });
    const onWeights = await sparse('group-lasso', { lambda: 0.5, pace: 'given' });
    const onNorms = await sparse('bn-scale', { lambda: 0.5, pace: 'given' });
    const { kernels } = roles(free.graph);
    expect(size(onWeights.graph, kernels)).toBeLessThan(0.98 * size(free.graph, kernels));
    expect(size(onNorms.graph, kernels) / size(free.graph, kernels)).toBeCloseTo(1, 1);
  });
});

describe('pace', () => {
  const LONG = {
    ...BOARD.sparsify,
    optimizer: 'sgd',
    schedule: 'step',
    steps: 39_100,
    lr: 0.01,
    momentum: 0.9,
    warmup: 0,
  } as const;
  const at = (id: string, training: Parameters<typeof paced>[2], epochs: number, pace = 'reference') => {
    const regularizer = methodOf('regularizer', id);
    return paced(regularizer, checkParameters(regularizer, { pace }), training, epochs);
  };

  it('of the reference leaves the strengths of its own training as they are', () => {
    expect(Number(at('bn-scale', LONG, 100)['lambda']) / 5e-4).toBeCloseTo(1, 6);
    expect(Number(at('growing-reg', LONG, 100)['delta']) / 1e-4).toBeCloseTo(1, 6);
  });

  it('moves a scale as far in 200 steps as the reference does in 100 epochs, by 1.2', () => {
    // a scale that nothing else pulls: v = 0.9 v + λ, γ = γ - rate · v; what the last steps' momentum would add is missing
    const short = { ...LONG, schedule: 'constant', steps: 200, lr: 0.005 } as const;
    const lambda = Number(at('bn-scale', short, 5)['lambda']);
    let [moved, v] = [0, 0];
    for (let i = 0; i < short.steps; i += 1) {
      v = 0.9 * v + lambda;
      moved += short.lr * v;
    }
    expect(moved).toBeGreaterThan(0.93 * 1.216);
    expect(moved).toBeLessThan(1.217);
  });

  it('lets what grows with epochs grow faster where there are fewer', () => {
    const short = { ...LONG, steps: 3910 } as const;
    const { lambda, delta } = at('growing-reg', short, 10);
    expect(Number(lambda) / 5e-4).toBeCloseTo(10, 6);
    expect(Number(delta) / 1e-4).toBeCloseTo(100, 6);
  });

  it('is as given unless it is asked for, and refused where strength and way are not proportional', () => {
    expect(at('bn-scale', LONG, 5, 'given')['lambda']).toBe(5e-4);
    expect(() => at('bn-scale', { ...LONG, optimizer: 'adamw' }, 5)).toThrow(/pace of bn-scale/);
  });

  it('makes a short training pull where the strength alone does not', async () => {
    const [given, reference] = [await sparse('bn-scale', {}), await sparse('bn-scale', { pace: 'reference' })];
    const { scales } = roles(given.graph);
    expect(size(reference.graph, scales)).toBeLessThan(0.95 * size(given.graph, scales));
  });
});

describe('sparsify with layers that the recipe ignores', () => {
  it('leaves their scales to the training alone', async () => {
    const free = await sparse('bn-scale', { lambda: 0 });
    const { scales } = roles(free.graph);
    const ignored = await sparse('bn-scale', { lambda: 0.5 }, ['conv*']);
    expect(size(ignored.graph, scales)).toBe(size(free.graph, scales));
  });
});

describe('holdOut', () => {
  it('puts every picture on one side, with its label', async () => {
    const { rest, held } = holdOut(SPLIT);
    expect([rest.length, held.length]).toEqual([21, 3]);
    const read = async ({ length, pictures, labels }: Split) =>
      Promise.all(
        Array.from({ length }, async (_, i) => {
          const out = new Uint8Array(243);
          await pictures.plain(i, out, 0);
          return `${labels[i]} ${out.join()}`;
        }),
      );
    expect([...(await read(rest)), ...(await read(held))].sort()).toEqual((await read(SPLIT)).sort());
  });
});

describe('BestEpoch', () => {
  const offered = async (direction: 'higher' | 'lower', values: readonly number[]) => {
    const pipelines = values.map(() => single(smallResnet()));
    const metric = { id: 'score', direction };
    const evaluate = async (one: Pipeline) => ({
      n: 3,
      values: { score: values[pipelines.indexOf(one)]! },
      answers: null,
    });
    const best = new BestEpoch(evaluate, metric);
    const found = [];
    for (const [i, pipeline] of pipelines.entries()) found.push((await best.offer(i + 1, pipeline)).epoch);
    return found;
  };
  it('remembers the best network, of equals the later one, whichever way the metric points', async () => {
    expect(await offered('higher', [0.5, 0.7, 0.7, 0.6])).toEqual([1, 2, 3, 3]);
    expect(await offered('lower', [0.5, 0.7, 0.5, 0.6])).toEqual([1, 1, 3, 3]);
  });
});
