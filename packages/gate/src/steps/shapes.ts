/** Is the size of every value known, and none too large? Products are taken with integers of any length. */
import { canonicalize } from '@topiary/canonical';
import type { ErrorCode } from '@topiary/errors';
import { dimAt, type Graph, printShape, type TensorType } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import type { Rules } from '../rules.js';
import { given, guarded, refuse, refuseAll, type Step } from './_step.js';

const TYPES: ReadonlySet<string> = new Set(['float32', 'int64', 'int32', 'bool']);

const codeOf = (code: ErrorCode): ErrorCode => {
  if (code === 'TOPIARY_OPS_UNKNOWN_OPERATOR') return 'TOPIARY_GATE_OPERATOR';
  return code === 'TOPIARY_ONNX_INVALID_GRAPH' ? 'TOPIARY_GATE_MALFORMED' : 'TOPIARY_GATE_SHAPE';
};

const sizeOf = ({ shape }: TensorType, batch: number): bigint | null => {
  let size = 1n;
  for (const dim of shape) {
    const number = dimAt(dim, batch);
    if (!Number.isSafeInteger(number) || number < 0) return null;
    size *= BigInt(number);
  }
  return size;
};

const checkSizes = (types: ReadonlyMap<string, TensorType>, { batch, limits }: Rules): void =>
  refuseAll(
    [...types]
      .flatMap(([name, type]) => {
        const where = `value '${name}', ${type.type} ${printShape(type.shape)}`;
        const size = sizeOf(type, batch);
        if (size === null) return [refuse('TOPIARY_GATE_SHAPE', where, 'sizes from 0 to 2^53', 'others')];
        if (size > BigInt(limits.elements))
          return [refuse('TOPIARY_GATE_SHAPE', where, `at most ${limits.elements} elements`, `${size}`)];
        if (!TYPES.has(type.type)) return [refuse('TOPIARY_GATE_TYPE', where, [...TYPES].join(', '), type.type)];
        return [];
      })
      .slice(0, 20),
  );

/** Inputs are looked at first: nothing is computed with sizes that no one would believe. */
const inputTypes = ({ inputs }: Graph): ReadonlyMap<string, TensorType> =>
  new Map(
    inputs.map(({ name, type, shape }) => [
      name,
      { type, shape: shape.map((dim) => (typeof dim === 'number' ? dim : 'N')) },
    ]),
  );

export const shapes: Step = {
  id: 'shapes',
  title: 'Every shape known, and none too large',
  run: (subject) => {
    const { rules } = subject;
    const graph = given(subject.graph);
    checkSizes(inputTypes(graph), rules);
    const canonical = guarded(codeOf, () => canonicalize(graph, { sizes: rules.sizes }));
    const types = guarded(codeOf, () => inferTypes(canonical));
    checkSizes(types, rules);
    subject.canonical = canonical;
    subject.types = types;
    return `${types.size} values`;
  },
};
