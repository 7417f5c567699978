/** Finds the operator of a node. The list is `operators.ts`: one sorted line per operator. */
import { TopiaryError } from '@topiary/errors';
import { type Infer, type Node, placeOf } from '@topiary/onnx';
import { cureOf } from './_cures.js';
import type { Op } from './_op.js';
import * as operators from './operators.js';

const registry = new Map<string, Op>();
for (const op of Object.values(operators)) registry.set(`${op.domain}:${op.type}`, op);

export const allOps = (): readonly Op[] => [...registry.values()];

export const findOp = (node: Pick<Node, 'op' | 'domain'>): Op | null => {
  const domain = node.domain === 'ai.onnx' ? '' : node.domain;
  return registry.get(`${domain}:${node.op}`) ?? null;
};

export const opOf = (node: Node): Op => {
  const op = findOp(node);
  if (!op) {
    const cure = cureOf(node.op);
    throw new TopiaryError('TOPIARY_OPS_UNKNOWN_OPERATOR', {
      where: placeOf(node),
      expected: `one of the ${registry.size} known operators`,
      got: node.domain ? `${node.domain}.${node.op}` : node.op,
      ...(cure ? { cure } : {}),
    });
  }
  return op;
};

/** An input of too few dimensions makes a rule read one that is not there. */
const checkShape = (node: Node, shape: readonly unknown[]): void => {
  const bad = shape.findIndex((dim) => typeof dim !== 'string' && !Number.isFinite(dim));
  if (bad < 0) return;
  throw new TopiaryError('TOPIARY_OPS_BAD_NODE', {
    where: placeOf(node),
    expected: 'inputs of the right number of dimensions',
    got: `an output whose dimension ${bad} is ${shape[bad]}`,
  });
};

/** Shape inference of one node, for `GraphBuilder` and `inferTypes`. */
export const infer: Infer = (node, x, constant) => {
  const y = opOf(node).shape({ node, x, constant });
  for (const { shape } of y) checkShape(node, shape);
  return y;
};
