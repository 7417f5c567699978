/**
 * The graph that a router learns in: the network in full at one step, the sampler's step from what it said, and there the
 * network twice, in full and with each sub-layer between what it says now and what it said before. f is taken before the gate
 * of a condition: gates, shifts and the stream are always fresh.
 *
 *   h ← h + g (β f(h) + (1 - β) f_before),   β = σ(r);   L = mean (ε̂_β - ε̂)² + λ Σ β
 */
import { type Embedded, type Loss, type LossGraph, lossGraph, stopGradient } from '@topiary/autodiff';
import { floats, type Graph, type GraphBuilder, int, withData } from '@topiary/onnx';
import type { Trajectory } from '@topiary/tasks';
import { declareInputs } from '../_inputs.js';

export const ROUTER = 'router';
/** Timesteps of the step that reuses, [N]; those of the full one before it are the network's own input. */
export const NEXT = 'next';
const NETWORK = 'network';

/** What a sub-layer says, before gates and scales: one value, or one for each of its parallel branches. */
export type Said = readonly string[];

export interface RouterOptions {
  readonly loss: Loss;
  readonly trajectory: Trajectory;
  readonly batch: number;
}

type Add = (network: Graph, inputs: readonly string[], reused?: (name: string, j: number) => string) => Embedded;

/** Both steps: values of the full one as constants, and the inputs that the network has at the next one. */
const twoSteps = (b: GraphBuilder, network: Graph, add: Add, options: RouterOptions) => {
  const { loss, trajectory, batch } = options;
  const { state, time } = trajectory.inputs(network);
  const inputs = declareInputs(b, network, loss, batch);
  const next = b.input(NEXT, 'int64', [batch]);
  const full = add(network, inputs);
  const moved = trajectory.advance(b, { state, said: full.outputs[0]!, now: time, next });
  const later = inputs.map((name) => (name === state ? stopGradient(b, moved) : name === time ? next : name));
  return { later, before: (name: string) => stopGradient(b, full.value(name)) };
};

const square = (b: GraphBuilder, x: string, y: string): string => {
  const apart = b.op('Sub', [x, y]);
  return b.op('ReduceMean', [b.op('Mul', [apart, apart])], { keepdims: int(0) });
};

/** `price` is λ; what learns is the initialiser `router`, one logit for each sub-layer. */
export const routerGraph = (
  network: Graph,
  layers: readonly Said[],
  { price, ...options }: RouterOptions & { readonly price: number },
): LossGraph =>
  lossGraph('learning-to-cache', ({ b, network: embed }) => {
    const add: Add = (graph, inputs) => embed(graph, { inputs, as: NETWORK });
    const { later, before } = twoSteps(b, network, add, options);
    const target = stopGradient(b, add(network, later).outputs[0]!);
    const logits = b.initializer(withData(ROUTER, floats(new Float32Array(layers.length), [layers.length])));
    const shares = b.op('Sigmoid', [logits]);
    const instead = Object.fromEntries(
      layers.flatMap((names, j) => {
        const share = b.op('Slice', [shares, b.int64s([j]), b.int64s([j + 1]), b.int64s([0]), b.int64s([1])]);
        return names.map((name) => {
          const old = before(name);
          return [name, (value: string) => b.op('Add', [old, b.op('Mul', [share, b.op('Sub', [value, old])])])];
        });
      }),
    );
    const soft = embed(network, { inputs: later, as: NETWORK, instead }).outputs[0]!;
    const error = square(b, soft, target);
    const computed = b.op('ReduceSum', [shares], { keepdims: int(0) });
    return { loss: b.op('Add', [error, b.op('Mul', [computed, b.scalar(price)])]), metrics: {} };
  });

/**
 * How much of the stream changes where one sub-layer is reused, for each of them: mean (g (f - f_before))², g at the next
 * step; [L]. `branches`: what each sub-layer adds to the stream, gates included.
 */
export const changeGraph = (
  network: Graph,
  layers: readonly { readonly said: Said; readonly branches: readonly string[] }[],
  options: RouterOptions,
): Graph =>
  lossGraph('change', ({ b, network: embed }) => {
    const add: Add = (graph, inputs) => embed(graph, { inputs, as: NETWORK });
    const { later, before } = twoSteps(b, network, add, options);
    const names = layers.flatMap(({ said }) => said);
    const instead = Object.fromEntries(names.map((name) => [name, () => before(name)]));
    const fresh = add(network, later);
    const reused = embed(network, { inputs: later, as: NETWORK, instead });
    const changes = layers.map(({ branches }) => {
      const each = branches.map((name) => square(b, reused.value(name), fresh.value(name)));
      return b.op('Unsqueeze', [each.reduce((sum, one) => b.op('Add', [sum, one])), b.int64s([0])]);
    });
    return { loss: b.op('Concat', changes, { axis: int(0) }), metrics: {} };
  }).graph;
