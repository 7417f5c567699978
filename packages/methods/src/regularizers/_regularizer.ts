/**
 * What a regularizer declares: one number per channel and parameter axis, c_k, computed between training steps. The
 * training graph's `add` inputs take them, so the gradient becomes dL/dw + c_k · w and the graph is never rebuilt.
 */
import type { About, Params } from '../_method.js';
import type { GroupView } from '../criteria/_group-view.js';

/** Where training stands when coefficients are asked for. */
export interface RegularizerContext<State> {
  readonly group: GroupView;
  readonly params: Params;
  /** What the regularizer remembers of this group; `initial` at first. */
  readonly state: State;
  readonly step: number;
  readonly epoch: number;
}

export interface Coefficients<State> {
  /** Per channel of the group; spread to every member along its axis by the caller. */
  readonly perChannel: Float64Array;
  readonly state: State;
}

export interface Regularizer<State = unknown> extends About<'regularizer'> {
  readonly initial: (group: GroupView, params: Params) => State;
  readonly coefficients: (context: RegularizerContext<State>) => Coefficients<State>;
}
