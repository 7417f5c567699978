/** Is an uploaded network really as small as it says? By our own counter, beside the base network. */
import type { Target, Width } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Facts } from '@topiary/gate';
import type { Graph } from '@topiary/onnx';
import type { Count } from '@topiary/ops';
import { trainableNames } from '@topiary/ops';
import type { Protocol } from '@topiary/tracks';

/** Below the target by a rounding of the counters is the target. */
const TOLERANCE = 0.995;

/** The speed-up by the protocol's counter. */
export const checkSmaller = (base: Count, { macs, params }: Facts, target: Target, { counter }: Protocol): number => {
  const achieved = base[counter] / macs[counter];
  const where = `the file for ${target.label}`;
  if (!(achieved >= target.value * TOLERANCE)) {
    throw new TopiaryError('TOPIARY_GATE_NOT_SMALLER', {
      where,
      expected: `at most ${Math.floor(base[counter] / target.value)} ${counter} MACs (${target.label})`,
      got: `${macs[counter]} (${achieved.toFixed(3)}x)`,
    });
  }
  if (params > base.params) {
    const expected = `at most the ${base.params} parameters of the base`;
    throw new TopiaryError('TOPIARY_GATE_NOT_SMALLER', { where, expected, got: `${params}` });
  }
  return achieved;
};

/** Channels of the layers that kept their names and rank. */
export const widthsOf = (
  base: Graph,
  weights: readonly { readonly name: string; readonly dims: readonly number[] }[],
): Width[] => {
  const left = new Map(weights.map(({ name, dims }) => [name, dims]));
  return [...trainableNames(base)].flatMap((name) => {
    const { dims } = base.initializers.get(name)!;
    const now = left.get(name);
    if (dims.length < 2 || now?.length !== dims.length) return [];
    return [{ layer: name, axis: 0, before: dims[0]!, after: now[0]! }];
  });
};
