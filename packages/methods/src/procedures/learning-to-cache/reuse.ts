/** Which sub-layers a step reuses, and the pipeline that does not compute them: a part for every distinct choice. */

import { inferTypes } from '@topiary/ops';
import { graphOf, joined, NETWORK, type Part, type Pipeline, type Stretch } from '@topiary/pipeline';
import { type Block, blocksOf, subgraph } from '@topiary/pruning';

/** A sub-layer that can be reused. */
export interface Layer {
  /** For people. */
  readonly name: string;
  /** What it says, before gates and scales: what is kept. */
  readonly said: readonly string[];
  /** What is added to the stream. */
  readonly branches: readonly string[];
}

const layersIn = ({ name, subLayers }: Block): Layer[] =>
  subLayers.map(({ ungated, branches, attention, hidden }, i) => {
    const kind = attention !== null ? 'attention' : hidden !== null ? 'MLP' : `part ${i + 1}`;
    return { name: subLayers.length === 1 ? name : `${name} ${kind}`, said: ungated, branches };
  });

/** In the order of the network. */
export const layersOf = (pipeline: Pipeline): readonly Layer[] => blocksOf(graphOf(pipeline)).flatMap(layersIn);

/** By pair of steps and sub-layer: whether the second step of the pair reuses what it said in the first. */
export type Reuse = readonly (readonly boolean[])[];

export const reusedIn = (reuse: Reuse): number => reuse.flat().filter(Boolean).length;

/** The slot that holds what a value of the network was. */
const slotOf = (value: string): string => `kept:${value}`;

const slots = (values: readonly string[]): Record<string, string> =>
  Object.fromEntries(values.map((value) => [value, slotOf(value)]));

/** Computes everything, and hands out what some step reuses. */
const fullPart = ({ graph, ports }: Part, values: readonly string[]): Part => {
  const outputs = graph.outputs.map(({ name }) => name);
  const kept = values.filter((value) => !outputs.includes(value));
  return { graph: subgraph(graph, [], [...outputs, ...kept]), ports };
};

/** Is given what it reuses, and holds nothing of what would compute it. */
const lightPart = ({ graph, ports }: Part, values: readonly string[]): Part => {
  const types = inferTypes(graph);
  const light = subgraph(
    graph,
    values,
    graph.outputs.map(({ name }) => name),
  );
  const read = new Set(light.inputs.map(({ name }) => name));
  const own = ports.filter(({ name }) => read.has(name));
  const kept = values.map((name) => ({ name, ...types.get(name)!, fill: { kind: 'picture' } as const, anew: true }));
  return { graph: light, ports: [...own, ...kept] };
};

/**
 * A pipeline of one part with pairs of steps: the first of each in full, the second without what it reuses. Weights are
 * shared; where nothing is reused, it is the pipeline that was given.
 */
export const withReuse = (pipeline: Pipeline, layers: readonly Layer[], reuse: Reuse): Pipeline => {
  if (reusedIn(reuse) === 0) return pipeline;
  const part = pipeline.parts.get(NETWORK) ?? [...pipeline.parts.values()][0]!;
  const [call] = pipeline.schedule.stretches[0]!.calls;
  const valuesOf = (row: readonly boolean[]) => layers.flatMap(({ said }, j) => (row[j] ? said : []));
  const parts = new Map([['full', fullPart(part, valuesOf(layers.map((_, j) => reuse.some((row) => row[j]!))))]]);
  const names = new Map<string, string>();
  const lightOf = (values: readonly string[]): string => {
    const known = names.get(values.join());
    if (known !== undefined) return known;
    const name = `reusing-${names.size + 1}`;
    names.set(values.join(), name);
    parts.set(name, lightPart(part, values));
    return name;
  };
  const stretches = reuse.flatMap((row): Stretch[] => {
    const values = valuesOf(row);
    const full = { ...call!, part: 'full', out: { ...call!.out, ...slots(values) } };
    if (values.length === 0) return [{ steps: 2, calls: [full] }];
    const light = lightOf(values);
    const given = parts.get(light)!.graph.inputs.filter(({ name }) => !values.includes(name));
    const own = Object.fromEntries(given.map(({ name }) => [name, call!.in[name]!]));
    return [
      { steps: 1, calls: [full] },
      { steps: 1, calls: [{ ...call!, part: light, in: { ...own, ...slots(values) } }] },
    ];
  });
  return { parts, schedule: { ...pipeline.schedule, stretches: joined(stretches) } };
};
