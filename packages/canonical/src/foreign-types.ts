/** Values whose element type is not among those that are wanted, under the names that the file gives them. */
import type { ErrorDetails } from '@topiary/errors';
import { cureOf, DATA_TYPES, type DataType, type Graph, intOf, placeOf, type TensorType } from '@topiary/onnx';

/** Where the file itself names the type: its inputs, numbers, casts, outputs. */
const placesOf = (file: Graph, type: DataType): string[] => {
  const casts = file.nodes.filter((node) => node.op === 'Cast' && intOf(node, 'to', 0) === DATA_TYPES[type]);
  const named = (what: string, values: Iterable<{ readonly name: string; readonly type: DataType }>) =>
    [...values].filter((value) => value.type === type).map(({ name }) => `${what} '${name}'`);
  return [
    ...named('input', file.inputs),
    ...named('initialiser', file.initializers.values()),
    ...casts.map(placeOf),
    ...named('output', file.outputs),
  ];
};

/** One line for each such type, in the order in which the canonical graph meets them; `types` are its values'. */
export const foreignTypes = (
  file: Graph,
  types: ReadonlyMap<string, TensorType>,
  wanted: ReadonlySet<DataType>,
  expected = [...wanted].join(', '),
): ErrorDetails[] => {
  const found = new Map<DataType, string>();
  for (const [name, { type }] of types) if (!wanted.has(type) && !found.has(type)) found.set(type, name);
  return [...found].map(([type, value]) => {
    const [first = `value '${value}'`, ...more] = placesOf(file, type);
    const where = more.length > 0 ? `${first} and ${more.length} more of the file` : first;
    const cure = cureOf(type);
    return { where, expected, got: type, ...(cure ? { cure } : {}) };
  });
};
