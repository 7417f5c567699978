/** Σ w² h per place of a member: the second-order saliency that the two OBD criteria share, without the ½. */
import type { PerInitializer } from '../statistics/_statistic.js';
import type { Item, ScoreContext } from './_criterion.js';
import { reduceElements } from './_elements.js';
import type { MemberView } from './_group-view.js';

/** A member whose initialiser has no curvature (the loss does not depend on it, or it is no layer's weight) is left out. */
export const curvatureItems = (
  { group, sums }: ScoreContext,
  curvature: PerInitializer,
  counts: (member: MemberView) => boolean,
): Item[] =>
  group.members.filter(counts).flatMap((member) => {
    const h = curvature.get(member.initializer);
    if (!h) return [];
    return [{ member, sums: reduceElements('product', member, weighted(member.data, h), sums) }];
  });

/** w · h, one array per pair of arrays: a weight is a member of two groups, and its sums are kept by their identity. */
const products = new WeakMap<Float32Array, { readonly h: Float32Array; readonly wh: Float32Array }>();

const weighted = (w: Float32Array, h: Float32Array): Float32Array => {
  const known = products.get(w);
  if (known?.h === h) return known.wh;
  const wh = w.map((value, i) => value * h[i]!);
  products.set(w, { h, wh });
  return wh;
};
