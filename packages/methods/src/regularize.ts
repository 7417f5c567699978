/** A regularizer over a whole training: what it remembers of every group, and its coefficients as training takes them. */
import type { Params } from './_method.js';
import { ElementSums } from './criteria/_elements.js';
import type { GroupView, MemberView } from './criteria/_group-view.js';
import type { Regularizer } from './regularizers/_regularizer.js';

/** The elements of an initialiser as they are now. */
export type CurrentElements = (initializer: string) => Float32Array;

/** Coefficients along one axis of one initialiser. */
export interface AxisCoefficients {
  readonly initializer: string;
  readonly axis: number;
  readonly values: Float32Array;
}

const keyOf = ({ initializer, axis }: Pick<MemberView, 'initializer' | 'axis'>): string => `${axis}:${initializer}`;

export class Regularization<State = unknown> {
  readonly #regularizer: Regularizer<State>;
  readonly #params: Params;
  #groups: readonly { readonly view: GroupView; readonly state: State }[];

  /** `views`: the groups without layers that never lose a channel (the classifier), which are left in peace. */
  constructor(regularizer: Regularizer<State>, params: Params, views: readonly GroupView[]) {
    this.#regularizer = regularizer;
    this.#params = params;
    this.#groups = views.map((view) => ({ view, state: regularizer.initial(view, params) }));
  }

  /** Every group with the elements as they are now; groups share the sums of one weight. */
  *#contexts(current: CurrentElements) {
    const sums = new ElementSums();
    for (const { view, state } of this.#groups) {
      const members = view.members.map((member) => ({ ...member, data: current(member.initializer) }));
      yield { view, context: { group: { ...view, members }, state, params: this.#params, sums } };
    }
  }

  /** For the step to come. Where two groups share an axis each has places of its own: no place is pulled twice. */
  coefficients(current: CurrentElements): AxisCoefficients[] {
    const found = new Map<string, AxisCoefficients>();
    for (const { context } of this.#contexts(current)) {
      for (const [member, places] of this.#regularizer.coefficients(context)) {
        const { initializer, axis, dims } = member;
        const known = found.get(keyOf(member)) ?? { initializer, axis, values: new Float32Array(dims[axis]!) };
        found.set(keyOf(member), known);
        for (const i of member.positions) known.values[i] = places[i]!;
      }
    }
    return [...found.values()];
  }

  endEpoch(current: CurrentElements): void {
    this.#groups = [...this.#contexts(current)].map(({ view, context }) => ({
      view,
      state: this.#regularizer.afterEpoch(context),
    }));
  }
}
