/** What has to hold of any file that somebody brings: made plain it computes the same, and cut it is what was planned. */
import { canonicalize } from '@topiary/canonical';
import { standard } from '@topiary/lowering';
import { decode, elements, encode, floats, type Graph, int64s, type Tensor, tensorOf, toNumbers } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { applyPlan, type Dependencies, findGroups, type Plan, plan, type ScopeId, type Scores } from '@topiary/pruning';
import { withConstants } from '@topiary/runtime';
import { expect } from 'vitest';
import { type Feeds, relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { noise, zeroed } from './small-nets.js';

/** Sum of squares over the rows that make a channel. */
export const magnitudes = (graph: Graph, { groups }: Dependencies): Scores =>
  new Map(
    groups.map(({ id, channels, members }) => {
      const scores = new Float64Array(channels);
      for (const { initializer, axis, role, offsets, positions, divisor } of members) {
        if (role !== 'out') continue;
        const { dims, data } = tensorOf(graph.initializers.get(initializer)!)!;
        const inner = dims.slice(axis + 1).reduce((n, d) => n * d, 1);
        const sums = new Float64Array(dims[axis]!);
        for (let i = 0; i < data.length; i += 1) sums[Math.floor(i / inner) % dims[axis]!]! += Number(data[i]) ** 2;
        for (let k = 0; k < channels; k += 1) {
          for (let p = offsets[k]!; p < offsets[k + 1]!; p += 1) scores[k]! += sums[positions[p]!]! / divisor;
        }
      }
      return [id, scores];
    }),
  );

/** Numbers of about unit size for every input; tokens and the like are small and whole. */
export const feedsFor = (graph: Graph, batch = 2): Feeds => {
  const next = noise(11);
  return Object.fromEntries(
    graph.inputs.map(({ name, type, shape }): [string, Tensor] => {
      const dims = shape.map((dim) => (typeof dim === 'number' ? dim : batch));
      const numbers = Array.from({ length: elements(dims) }, () => next());
      const whole = numbers.map((x) => Math.floor((x + 1) * 2));
      return [name, type === 'int64' ? int64s(whole, dims) : floats(numbers, dims)];
    }),
  );
};

const firstOf = (outputs: Readonly<Record<string, Tensor>>): Tensor => Object.values(outputs)[0]!;

/** As a file is handed out: standard operators only. */
const fileOf = (graph: Graph): Uint8Array => encode(standard(graph));

/** Made plain as an import does it; once made plain it stays as it is, through a file and back, too. */
export const plainOf = async (bytes: Uint8Array): Promise<Graph> => {
  const graph = await withConstants((evaluate) => canonicalize(decode(bytes), { evaluate }));
  const again = canonicalize(decode(fileOf(graph)));
  expect(again.nodes).toEqual(graph.nodes);
  expect([...again.initializers.keys()]).toEqual([...graph.initializers.keys()]);
  expect(again.outputs).toEqual(graph.outputs);
  return graph;
};

export const expectSameOutputs = async (bytes: Uint8Array, graph: Graph): Promise<void> => {
  const feeds = feedsFor(graph);
  const [before, after] = [await runOnnx(bytes, feeds), await runOnnx(fileOf(graph), feeds)];
  expect(Object.keys(after)).toEqual(Object.keys(before));
  for (const [name, value] of Object.entries(before)) {
    // a power of a negative number is none: then it has to be none afterwards, too
    if (toNumbers(value).every(Number.isFinite)) expect(relativeDistance(after[name]!, value), name).toBeLessThan(1e-5);
    else expect(toNumbers(after[name]!), name).toEqual(toNumbers(value));
  }
};

/** Operators whose result for a channel depends on how many others there are: there a zero is not an absence. */
const MIXES: ReadonlySet<string> = new Set(['LayerNormalization', 'GroupNormalization']);

/** Pruned to a target: it runs, counts as planned, and computes what the whole network does with zeros in the gaps. */
export const expectPruned = async (graph: Graph, scope: ScopeId, target = 2): Promise<Plan> => {
  const found = findGroups(graph);
  const chosen = plan(found, magnitudes(graph, found), {
    target: { value: target, counter: 'pure' },
    scope,
    accept: true,
  });
  expect(chosen.achieved).toBeGreaterThan(1);
  const bytes = fileOf(applyPlan(graph, found, chosen).graph);
  const recount = count(canonicalize(decode(bytes)));
  expect([recount.params, recount.pure, recount.published]).toEqual([
    chosen.params.left,
    chosen.macs.pure.left,
    chosen.macs.published.left,
  ]);
  const feeds = feedsFor(graph);
  const narrow = firstOf(await runOnnx(bytes, feeds));
  expect(toNumbers(narrow).every(Number.isFinite)).toBe(true);
  if (!graph.nodes.some(({ op }) => MIXES.has(op))) {
    const full = firstOf(await runOnnx(fileOf(zeroed(graph, found, chosen.kept)), feeds));
    expect(relativeDistance(narrow, full)).toBeLessThan(1e-3);
  }
  return chosen;
};
