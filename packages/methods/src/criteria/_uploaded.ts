/**
 * A criterion that somebody uploaded: an ONNX graph that scores one item of a group at a time. An item is one weight seen
 * from one side: K places along the axis that the group cuts, M numbers at each. Reducing over items and putting groups
 * on a scale stays ours, as with every other criterion. Who runs the graph is not our business: the scores are given.
 */
import type { Graph } from '@topiary/onnx';
import type { Group } from '@topiary/pruning';
import { viewsOf } from '../score.js';
import type { PerInitializer, Statistics } from '../statistics/_statistic.js';
import { type Criterion, combine, type Item, nothing, SHARED, type Wanted } from './_criterion.js';
import type { MemberView } from './_group-view.js';

/** What a scoring graph may ask for, by the names of its inputs. */
export const ITEM_INPUTS = ['weight', 'gradient', 'activation_mean'] as const;
export type ItemInput = (typeof ITEM_INPUTS)[number];

/** One item as the graph sees it; `weight` and `gradient` are [places, numbers], row-major. */
export interface ScoredItem {
  readonly places: number;
  readonly numbers: number;
  readonly inputs: Readonly<Partial<Record<ItemInput, Float32Array>>>;
}

/** One score per place. */
export type ScoreItem = (item: ScoredItem) => Promise<Float32Array>;

const STATISTIC: Readonly<Partial<Record<ItemInput, string>>> = {
  gradient: 'gradient',
  activation_mean: 'activation-mean',
};

export const wantedFor = (inputs: readonly ItemInput[]): readonly Wanted[] =>
  inputs.flatMap((input) => {
    const statistic = STATISTIC[input];
    return statistic === undefined ? [] : [{ statistic, examples: null }];
  });

const isScored = ({ role, dims }: MemberView): boolean => (role === 'out' || role === 'in') && dims.length >= 2;

/** The elements with the member's axis first. */
const placesFirst = (data: Float32Array, { dims, axis }: Pick<MemberView, 'dims' | 'axis'>): Float32Array => {
  if (axis === 0) return data;
  const places = dims[axis]!;
  const inner = dims.slice(axis + 1).reduce((n, dim) => n * dim, 1);
  const outer = data.length / (places * inner);
  const out = new Float32Array(data.length);
  for (let place = 0; place < places; place += 1)
    for (let o = 0; o < outer; o += 1) {
      const from = (o * places + place) * inner;
      out.set(data.subarray(from, from + inner), (place * outer + o) * inner);
    }
  return out;
};

/** The layer's means of its outputs, or of its inputs; those of a grouped convolution repeat, and are averaged. */
const meansOf = (means: Float32Array, { dims, axis, role, op }: MemberView): Float32Array => {
  const places = dims[axis]!;
  const outputs = op === 'Conv' || role === 'out' ? (role === 'out' ? places : dims[0]!) : means.length - places;
  const side = role === 'out' ? means.subarray(0, outputs) : means.subarray(outputs);
  const repeats = side.length / places;
  return Float32Array.from({ length: places }, (_, place) => {
    let sum = 0;
    for (let r = 0; r < repeats; r += 1) sum += side[r * places + place]!;
    return sum / repeats;
  });
};

const statisticFor = (statistics: Statistics, input: ItemInput, member: MemberView): Float32Array | undefined =>
  (statistics.get(STATISTIC[input] ?? '') as PerInitializer | undefined)?.get(member.initializer);

/** Null where something is asked for that this member does not have (the loss does not depend on it). */
const itemOf = (member: MemberView, inputs: readonly ItemInput[], statistics: Statistics): ScoredItem | null => {
  const places = member.dims[member.axis]!;
  const given: Partial<Record<ItemInput, Float32Array>> = {};
  for (const input of inputs) {
    const values = input === 'weight' ? member.data : statisticFor(statistics, input, member);
    if (values === undefined) return null;
    given[input] = input === 'activation_mean' ? meansOf(values, member) : placesFirst(values, member);
  }
  return { places, numbers: member.data.length / places, inputs: given };
};

const keyOf = (group: string, { initializer, axis, role }: MemberView): string =>
  `${group}\n${initializer}\n${axis}\n${role}`;

export interface UploadedRequest {
  readonly id: string;
  readonly graph: Graph;
  readonly groups: readonly Group[];
  readonly inputs: readonly ItemInput[];
  readonly statistics: Statistics;
}

/** The criterion for a network as it stands: every item is scored first, one after another. */
export const uploadedCriterion = async (
  { id, graph, groups, inputs, statistics }: UploadedRequest,
  scoreItem: ScoreItem,
): Promise<Criterion> => {
  const scores = new Map<string, Float64Array>();
  for (const { id: group, members } of viewsOf(graph, groups))
    for (const member of members.filter(isScored)) {
      const item = itemOf(member, inputs, statistics);
      if (item !== null) scores.set(keyOf(group, member), Float64Array.from(await scoreItem(item)));
    }
  return {
    kind: 'criterion',
    id,
    title: id,
    summary: 'Scored by an uploaded graph.',
    formula: '',
    paper: null,
    needs: wantedFor(inputs).map(({ statistic }) => statistic),
    cannot: null,
    requires: [],
    deterministic: true,
    parameters: [...SHARED],
    solve: 'bisect',
    collects: nothing,
    score: (context) => {
      const items = context.group.members.flatMap((member): Item[] => {
        const sums = scores.get(keyOf(context.group.id, member));
        return sums === undefined ? [] : [{ member, sums }];
      });
      return combine(items, context);
    },
  };
};
