/** Is the size of every value known, and none too large? Products are taken with integers of any length. */
import { canonicalize, foreignTypes } from '@topiary/canonical';
import { type ErrorCode, TopiaryError } from '@topiary/errors';
import { type DataType, dimAt, type Graph, printShape, type TensorType } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import type { Rules } from '../rules.js';
import { given, guarded, refuse, refuseAll, type Step } from './_step.js';

const TYPES: ReadonlySet<DataType> = new Set(['float32', 'int64', 'int32', 'bool']);

const codeOf = (code: ErrorCode): ErrorCode => {
  if (code === 'TOPIARY_OPS_UNKNOWN_OPERATOR') return 'TOPIARY_GATE_OPERATOR';
  if (code === 'TOPIARY_ONNX_UNSUPPORTED') return 'TOPIARY_GATE_LIMIT';
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

const checkSizes = (types: ReadonlyMap<string, TensorType>, { batch, limits, apart }: Rules): void =>
  refuseAll(
    [...types]
      .flatMap(([name, type]) => {
        const where = `value '${name}', ${type.type} ${printShape(type.shape)}`;
        const size = sizeOf(type, batch);
        if (size === null) return [refuse('TOPIARY_GATE_SHAPE', where, 'sizes from 0 to 2^53', 'others')];
        if (size > BigInt(limits.elements))
          return [refuse('TOPIARY_GATE_SHAPE', where, `at most ${limits.elements} elements`, `${size}`)];
        const open = type.shape.filter((dim) => typeof dim === 'string').length;
        if (apart && open > 1) return [refuse('TOPIARY_GATE_SHAPE', where, 'one open dimension', `${open}`)];
        return [];
      })
      .slice(0, 20),
  );

const checkTypes = (graph: Graph, types: ReadonlyMap<string, TensorType>): void =>
  refuseAll(foreignTypes(graph, types, TYPES).map((details) => new TopiaryError('TOPIARY_GATE_TYPE', details)));

/** Inputs are looked at first: nothing is computed with sizes that no one would believe. */
const inputTypes = ({ inputs }: Graph): ReadonlyMap<string, TensorType> =>
  new Map(
    inputs.map(({ name, type, shape }) => [
      name,
      { type, shape: shape.map((dim) => (typeof dim === 'number' ? dim : 'N')) },
    ]),
  );

/** Sizes of the file's own symbols: what the rules say of the dimension at the same place of the input. */
const sizesIn = ({ inputs }: Graph, { inputs: ports, sizes }: Rules): Record<string, number> =>
  Object.fromEntries(
    inputs.flatMap(({ name, shape }) => {
      const port = ports.find((candidate) => candidate.name === name);
      return shape.flatMap((dim, axis) => {
        const size = sizes[String(port?.shape[axis])];
        return typeof dim === 'string' && size !== undefined ? [[dim, size] as const] : [];
      });
    }),
  );

export const shapes: Step = {
  id: 'shapes',
  title: 'Every shape known, and none too large',
  run: (subject) => {
    const { rules } = subject;
    const graph = given(subject.graph);
    checkTypes(graph, inputTypes(graph));
    checkSizes(inputTypes(graph), rules);
    const canonical = guarded(codeOf, () =>
      canonicalize(graph, { sizes: sizesIn(graph, rules), mostComputed: rules.limits.computed }),
    );
    const types = guarded(codeOf, () => inferTypes(canonical));
    checkTypes(graph, types);
    checkSizes(types, rules);
    subject.canonical = canonical;
    subject.types = types;
    return `${types.size} values`;
  },
};
