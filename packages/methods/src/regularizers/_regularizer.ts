/**
 * What a regularizer declares: one number per channel and member, c, computed between training steps. The training
 * graph's `add` inputs take them, so the gradient becomes dL/dw + c · w and the graph is never rebuilt.
 */
import type { Deviation, ParameterDescription } from '@topiary/contracts';
import { type About, choice, type Params } from '../_method.js';
import type { ElementSums } from '../criteria/_elements.js';
import type { GroupView, MemberView } from '../criteria/_group-view.js';

export interface RegularizerContext<State> {
  /** With the elements as training left them. */
  readonly group: GroupView;
  readonly params: Params;
  /** What the regularizer remembers of this group; `initial` at first. */
  readonly state: State;
  readonly sums?: ElementSums;
}

/** One number per place along a member's axis, 0 outside the group; a member that is not named stays as it is. */
export type Coefficients = ReadonlyMap<MemberView, Float64Array>;

/** A parameter that is stronger where training is shorter; `grows`: what is added to a strength in each epoch. */
export interface Strength {
  readonly parameter: string;
  readonly grows: boolean;
}

export interface Regularizer<State = unknown> extends About<'regularizer'> {
  readonly strengths: readonly Strength[];
  readonly initial: (group: GroupView, params: Params) => State;
  /** Called at the end of each pass over the training data; most remember nothing. */
  readonly afterEpoch: (context: RegularizerContext<State>) => State;
  readonly coefficients: (context: RegularizerContext<State>) => Coefficients;
}

/** λ, the weight of the penalty. */
export const strength = (usual: number): ParameterDescription => ({
  id: 'lambda',
  title: 'Strength',
  meaning: 'Weight of the penalty beside the loss, λ.',
  type: 'number',
  default: usual,
  min: 0,
  max: 1,
});

export const LAMBDA: Strength = { parameter: 'lambda', grows: false };

/** `given` is what version 1 of the boards ran. */
export const PACE: ParameterDescription = {
  ...choice(
    'pace',
    'Pace',
    'The strength as it is given, meant for one step; or as it would have to be for this training to pull as far as the 100 epochs of PruningBench do (SGD only). `auto`: half the way between the two on a logarithmic scale under SGD, as given under AdamW.',
    ['auto', 'given', 'reference'],
  ),
  before: 'given',
};

export const SHORT_TRAINING: Deviation = {
  id: 'short-training',
  from: 'PruningBench',
  what: 'Strengths are meant for 100 epochs of SGD, in which a scale moves by up to 1.2. Here they are stronger by the root of how much shorter the training of the board is; under AdamW they act as given.',
  why: 'A strength that is copied from a long training does nothing in a short one, and one that pulls as far leaves the network no time to make up for it. `pace reference` pulls as far. AdamW divides by the size of the gradient, so that no strength makes up for the length.',
};

/** For regularizers without memory, with λ as their one strength. */
export const stateless = { initial: () => null, afterEpoch: () => null, strengths: [LAMBDA] } as const;

export const isWeight = ({ role }: MemberView): boolean => role === 'out' || role === 'in' || role === 'scale';
export const isNormScale = ({ role, op }: MemberView): boolean => role === 'scale' && op === 'BatchNormalization';

/** One number per place that the group has in the member; places of other groups, and of none, stay 0. */
export const ownPlaces = ({ dims, axis, positions }: MemberView, at: (place: number) => number): Float64Array => {
  const places = new Float64Array(dims[axis]!);
  for (const i of positions) places[i] = at(i);
  return places;
};

/** One number per channel of the group, at every place that a channel has in the member. */
export const spread = ({ dims, axis, offsets, positions }: MemberView, perChannel: Float64Array): Float64Array => {
  const places = new Float64Array(dims[axis]!);
  for (let k = 0; k < perChannel.length; k += 1) {
    for (let i = offsets[k]!; i < offsets[k + 1]!; i += 1) places[positions[i]!] = perChannel[k]!;
  }
  return places;
};
