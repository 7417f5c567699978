/** Networks as PyTorch exports them, pruned by a criterion in a scope: written, counted from the file, run by onnxruntime. */
import { canonicalize } from '@topiary/canonical';
import { standard } from '@topiary/lowering';
import { assertServes, checkParameters, methodOf, scoreGroups } from '@topiary/methods';
import { decode, encode, type Graph, tensorOf, withData } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { applyPlan, type Dependencies, findGroups, type Plan, plan, type ScopeId } from '@topiary/pruning';
import { randomFrom } from '@topiary/zoo';
import { InferenceSession, Tensor } from 'onnxruntime-node';

export const EXPORTS = [
  'resnet18',
  'mobilenet_v2',
  'densenet121',
  'efficientnet_b0',
  'convnext_nano',
  'vit_tiny',
  'swin_nano',
] as const;

/** Who competes with whom, by the name of the table's row. */
export const SCOPES: readonly { readonly id: string; readonly scope: ScopeId; readonly protection: number }[] = [
  { id: 'local', scope: 'local', protection: 0 },
  { id: 'global', scope: 'global', protection: 0 },
  { id: 'global, 10 % protected', scope: 'global', protection: 0.1 },
  { id: 'isomorphic', scope: 'isomorphic', protection: 0 },
];

const BATCH = 2;

export interface Exported {
  readonly graph: Graph;
  readonly dependencies: Dependencies;
}

/** A head of zeros, as timm begins with, answers nothing: it gets noise. */
const answering = (graph: Graph): Graph => {
  const initializers = new Map(graph.initializers);
  for (const initializer of graph.initializers.values()) {
    const tensor = initializer.dims.length === 2 ? tensorOf(initializer) : null;
    if (tensor?.type !== 'float32' || tensor.data.some((w) => Number(w) !== 0)) continue;
    const random = randomFrom(`exports/${initializer.name}`);
    const data = Float32Array.from({ length: tensor.data.length }, () => random.between(-0.1, 0.1));
    initializers.set(initializer.name, withData(initializer.name, { ...tensor, data }));
  }
  return { ...graph, initializers };
};

export const readExported = (bytes: Uint8Array): Exported => {
  const graph = answering(canonicalize(decode(bytes)));
  return { graph, dependencies: findGroups(graph) };
};

/** Two pictures of noise through a file: sizes of what comes out, its largest magnitude, whether pictures differ in it. */
export const runFile = async (bytes: Uint8Array, { inputs }: Graph) => {
  const { name, shape } = inputs[0]!;
  const dims = [BATCH, ...shape.slice(1).map(Number)];
  const random = randomFrom(`exports/${name}`);
  const data = Float32Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () => random.between(-2, 2));
  const session = await InferenceSession.create(bytes, { executionProviders: ['cpu'], logSeverityLevel: 4 });
  const [output] = Object.values(await session.run({ [name]: new Tensor('float32', data, dims) }));
  await session.release();
  const y = output!.data as Float32Array;
  const half = y.length / BATCH;
  return {
    dims: [...output!.dims],
    largest: y.every(Number.isFinite)
      ? y.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
      : Number.POSITIVE_INFINITY,
    differs: y.subarray(0, half).some((v, i) => v !== y[half + i]),
  };
};

export const countsOf = (graph: Graph) => {
  const { params, pure, published } = count(graph);
  return { params, pure, published };
};

const recountAgrees = (counts: ReturnType<typeof countsOf>, { params, macs }: Plan): boolean =>
  counts.params === params.left && counts.pure === macs.pure.left && counts.published === macs.published.left;

/** Prunes to a speed-up by the published count and looks at what is in the file then. */
export const pruneExported = async (
  { graph, dependencies }: Exported,
  criterionId: string,
  { scope, protection }: Pick<(typeof SCOPES)[number], 'scope' | 'protection'>,
  speedup = 2,
) => {
  const criterion = methodOf('criterion', criterionId);
  assertServes(criterion, graph);
  const random = randomFrom(`exports/${criterionId}`);
  const began = performance.now();
  const scores = scoreGroups(criterion, graph, dependencies.groups, {
    params: checkParameters(criterion, {}),
    rng: () => random.unit(),
  });
  const target = { value: speedup, counter: 'published' } as const;
  const chosen = plan(dependencies, scores, { target, scope, protection, accept: true });
  const written = encode(standard(applyPlan(graph, dependencies, chosen).graph));
  const seconds = (performance.now() - began) / 1000;
  const after = countsOf(canonicalize(decode(written)));
  return {
    achieved: chosen.achieved,
    flags: chosen.flags,
    after,
    recountAgrees: recountAgrees(after, chosen),
    output: await runFile(written, graph),
    seconds,
  };
};
