/**
 * What Torch-Pruning 1.6 makes of five small networks (the samples in `golden/`), and its ways where they are not ours: each
 * difference that a method declares by its id can be undone, so that a score that differs is one that they would give.
 */
import { readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { decode, type Graph } from '@topiary/onnx';
import { type Dependencies, type Group, layerName, type Member } from '@topiary/pruning';
import { sample } from './samples.js';

export const NETWORKS = ['plain', 'res', 'cat', 'dw', 'tok'] as const;

export interface TorchGroup {
  /** Layer and side. */
  readonly members: readonly (readonly [string, 'in' | 'out'])[];
  /** By `criterion|reduction|normaliser|variant`; null: none. */
  readonly scores: Readonly<Record<string, readonly number[] | null>>;
}

interface File {
  readonly onnx: string;
  readonly plan_onnx: string;
  readonly x: readonly (readonly (readonly (readonly number[])[])[])[];
  readonly y: readonly number[];
  readonly groups: readonly TorchGroup[];
  /** By `scope|ratio|criterion`, then layer: the outputs that leave. */
  readonly plans_removed_outputs: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

const readGraph = (base64: string): Graph => canonicalize(decode(Buffer.from(base64, 'base64')));

export const torchPruning = (network: string) => {
  const file = JSON.parse(readFileSync(sample('golden', `${network}.json`), 'utf8')) as File;
  return {
    graph: readGraph(file.onnx),
    planGraph: readGraph(file.plan_onnx),
    images: Float32Array.from(file.x.flat(3)),
    labels: file.y,
    groups: file.groups,
    plans: file.plans_removed_outputs,
  };
};

/** The layer of a member, by the name that PyTorch gave it. */
export const layerOf = ({ graph }: Pick<Dependencies, 'graph'>, { initializer }: Pick<Member, 'initializer'>): string =>
  layerName({ initializer, node: graph.nodes.find(({ inputs }) => inputs.includes(initializer))! });

/** Our group with the channels of theirs: the one in which their first member stands on the same side. */
export const sameGroup = (dependencies: Dependencies, { members: [first] }: TorchGroup): Group => {
  const [layer, side] = first!;
  return dependencies.groups.find(({ members }) =>
    members.some((member) => member.role === side && layerOf(dependencies, member) === layer),
  )!;
};

/** A way of theirs: the group as they see it, and what they do with its scores. */
interface Way {
  readonly applies: (graph: Graph, group: Group, reduction: string) => boolean;
  readonly see: (graph: Graph, group: Group) => Group;
  readonly scores: (scores: Float64Array, group: Group) => Float64Array;
}

const isDepthwise = ({ initializers }: Graph, { initializer, op, role }: Member): boolean => {
  const dims = initializers.get(initializer)!.dims;
  return op === 'Conv' && role === 'out' && dims[1] === 1 && dims[0]! > 1;
};

const repeatsOf = ({ members }: Group): number => Math.max(...members.map(({ divisor }) => divisor));

/** A channel for each of its places: repeat r of channel k is channel r · K + k. */
const apart = (group: Group): Group => {
  const repeats = repeatsOf(group);
  const members = group.members.map((member): Member => {
    const positions: number[] = [];
    const offsets = [0];
    for (let r = 0; r < repeats; r += 1) {
      for (let k = 0; k < group.channels; k += 1) {
        const own = member.positions.subarray(member.offsets[k]!, member.offsets[k + 1]!);
        if (own.length > 0) positions.push(own[r % own.length]!);
        offsets.push(positions.length);
      }
    }
    return { ...member, divisor: 1, positions: Int32Array.from(positions), offsets: Int32Array.from(offsets) };
  });
  return { ...group, channels: repeats * group.channels, members };
};

/** The other places stay behind those of the channels: they belong to none, but distances are taken to them, too. */
const lastPlaces = (group: Group): Group => ({
  ...group,
  members: group.members.map((member): Member => {
    const last = Array.from({ length: group.channels }, (_, k) => member.positions[member.offsets[k + 1]! - 1]!);
    const isSpread = member.positions.length > member.divisor * group.channels;
    const offsets = Int32Array.from({ length: group.channels + 1 }, (_, k) => k);
    const others = member.positions.filter((place) => !last.includes(place));
    return isSpread ? { ...member, positions: Int32Array.from([...last, ...others]), offsets } : member;
  }),
});

const asTheyAre = (scores: Float64Array): Float64Array => scores;

/** By the id of the deviation that a method declares. */
export const WAYS: Readonly<Record<string, Way>> = {
  depthwise: {
    applies: (graph, { members }) => members.some((member) => isDepthwise(graph, member)),
    see: (graph, group) => ({ ...group, members: group.members.filter((member) => !isDepthwise(graph, member)) }),
    scores: asTheyAre,
  },
  'flattened-max': {
    applies: (_, group, reduction) =>
      reduction === 'max' && lastPlaces(group).members.some((m, i) => m !== group.members[i]),
    see: (_, group) => lastPlaces(group),
    scores: asTheyAre,
  },
  'repeats-first': {
    applies: (_, group) => repeatsOf(group) > 1,
    see: (_, group) => apart(group),
    scores: (scores, { channels }) => {
      const repeats = scores.length / channels;
      return Float64Array.from({ length: channels }, (_, k) => {
        let sum = 0;
        for (let r = 0; r < repeats; r += 1) sum += scores[r * channels + k]!;
        return sum / repeats;
      });
    },
  },
};
