/**
 * What the abstract operators of the domain `topiary` have in common. They are the vocabulary of gradients: they say
 * what is computed, `lowering` decides how. They occur only in training graphs, which nobody prunes or differentiates.
 */
import { TopiaryError } from '@topiary/errors';
import { type Attributes, type GraphBuilder, placeOf } from '@topiary/onnx';
import { type ChannelRule, type CostRule, forbidden, none, noRoles, nothing, noValue } from './_op.js';

export const ABSTRACT = 'topiary';

/** Channel rule of a training graph: asking is a fault. */
export const notPruned: ChannelRule = (c) => {
  throw new TopiaryError('TOPIARY_OPS_BAD_NODE', {
    where: placeOf(c.node),
    expected: 'the forward graph of a network',
    got: 'a training graph, which is not pruned',
  });
};

/** Cost in a training graph: it is the gate that asks, and no such node passes it. */
export const notUploaded: CostRule = (c) => {
  throw new TopiaryError('TOPIARY_OPS_BAD_NODE', {
    where: placeOf(c.node),
    expected: 'the forward graph of a network',
    got: 'a training graph, which is not uploaded',
  });
};

/** Everything but `type` and `shape`. */
export const abstractOperator = {
  domain: ABSTRACT,
  since: 1,
  value: noValue,
  gradient: forbidden,
  channels: notPruned,
  rewrite: nothing,
  macs: none,
  cost: notUploaded,
  roles: noRoles,
  uploads: false,
} as const;

/** Adds an abstract node with one output. */
export const abstract = (b: GraphBuilder, op: string, inputs: readonly string[], attributes: Attributes = {}): string =>
  b.op(op, inputs, attributes, { domain: ABSTRACT });

/** Adds an abstract node with `outputs` outputs. */
export const abstracts = (
  b: GraphBuilder,
  op: string,
  inputs: readonly string[],
  attributes: Attributes,
  outputs: number,
): readonly string[] => b.ops(op, inputs, attributes, { domain: ABSTRACT, outputs });
