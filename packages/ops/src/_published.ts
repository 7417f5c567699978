/**
 * The published counter where it departs from the operators' own rules: it hooks PyTorch's modules, not operators
 * (spec pruningbench 2.8), so that what it sees depends on how a network was written down.
 */
import { elementsAt, type Node } from '@topiary/onnx';
import type { MacsRule } from './_op.js';

/**
 * `none`: no hook sees it (a function call, a subclass of a norm); `per-output`: one for every output element (the
 * biases and the scale inside an attention module, which is counted as a whole).
 */
export type Published = 'rule' | 'none' | 'per-output';
export type PublishedAs = (node: Node) => Published;

export const byRule: PublishedAs = () => 'rule';

const OVERRIDES: Readonly<Record<Exclude<Published, 'rule'>, MacsRule>> = {
  none: () => ({ pure: 0, published: 0 }),
  'per-output': ({ y }) => ({ pure: 0, published: elementsAt(y[0]!.shape) }),
};

/** An operator's rule with the published count as it is seen; the pure count stays. */
export const macsAs = (macs: MacsRule, as: Published): MacsRule =>
  as === 'rule' ? macs : (c) => ({ pure: macs(c).pure, published: OVERRIDES[as](c).published });
