/** Operators that move elements: each is checked with the channels that it moves. */
import { floats, int, ints, string } from '@topiary/onnx';
import type { Row } from '../../../helpers/expect-op.js';
import { constant, data, indices, ints64, weight, whole } from '../../../helpers/operands.js';

const free = { pure: 0, published: 0 };
const END = 2 ** 31 - 1;

/** A row without multiply-accumulates, linear in its inputs. */
const move = (op: string, of: string, inputs: Row['inputs'], atoms: number, more: Partial<Row> = {}): Row => ({
  op,
  of,
  inputs,
  atoms,
  macs: free,
  linear: true,
  ...more,
});

export const rows: readonly Row[] = [
  move('Reshape', 'heads out of channels', [data([2, 3, 8]), ints64([0, 3, 2, -1])], 4),
  move('Reshape', 'heads into channels', [data([2, 3, 4]), ints64([-1, 12])], 3),
  move('Reshape', 'integers', [ints64([1, 2, 3, 4]), ints64([2, 2])], 0),
  move('Flatten', 'pictures', [data([2, 3, 2, 2])], 4),
  move('Flatten', 'from the second axis', [whole(data([2, 3, 4]))], 3, { attributes: { axis: int(2) } }),
  move('Transpose', 'channels last', [data([2, 3, 4, 5])], 4, { attributes: { perm: ints([0, 2, 3, 1]) } }),
  move('Transpose', 'a cycle of axes', [data([2, 3, 4])], 3, { attributes: { perm: ints([0, 2, 1]) } }),
  move('Transpose', 'reversed', [whole(data([2, 3, 4]))], 3),
  move('Unsqueeze', 'two axes', [data([2, 3]), ints64([2, -1])], 2),
  move('Squeeze', 'one axis', [data([2, 1, 3]), ints64([1])], 2),
  move('Squeeze', 'every axis of size one', [data([2, 1, 3, 1])], 2),
  move('Expand', 'a class token', [weight([1, 1, 4]), ints64([3, 1, 4])], 1),
  move('Expand', 'with a 1 that keeps', [data([2, 1, 4]), ints64([3, 1])], 2),
  move('Expand', 'integers', [ints64([1, 2], [2, 1]), ints64([2, 2])], 0),
  move('Concat', 'channels', [data([2, 3, 2]), data([2, 4, 2])], 4, { attributes: { axis: int(1) } }),
  move('Concat', 'three, the last a parameter', [data([2, 3]), data([2, 2]), data([2, 4])], 4, {
    attributes: { axis: int(-1) },
  }),
  move('Concat', 'integers', [ints64([1, 2]), ints64([3])], 0, { attributes: { axis: int(0) } }),
  move('Split', 'unequal parts', [data([2, 6, 2]), ints64([2, 4])], 4, { attributes: { axis: int(1) }, outputs: 2 }),
  move('Split', 'integers', [ints64([1, 2, 3]), ints64([1, 2])], 0, { attributes: { axis: int(0) }, outputs: 2 }),
  move(
    'Slice',
    'every second pixel',
    [data([2, 4, 6, 5]), ints64([0, 0]), ints64([END, END]), ints64([2, 3]), ints64([2, 2])],
    3, // rows in pairs; columns are odd and stay
  ),
  move('Slice', 'the second of each pair', [data([2, 3, 8]), ints64([1]), ints64([8]), ints64([-1]), ints64([2])], 3),
  move('Slice', 'the middle of the channels', [data([2, 7, 3]), ints64([2]), ints64([-2]), ints64([1])], 5),
  move('Slice', 'two axes', [data([2, 6, 6]), ints64([1, 0]), ints64([6, 3]), ints64([1, 2])], 4),
  move('Slice', 'backwards', [data([2, 6]), ints64([-1]), ints64([-END]), ints64([1]), ints64([-1])], 1),
  move('Slice', 'backwards in steps', [data([2, 7]), ints64([5]), ints64([0]), ints64([1]), ints64([-2])], 1),
  move('Slice', 'integers', [ints64([1, 2, 3, 4]), ints64([1]), ints64([3])], 0),
  move('Pad', 'channels of a shortcut', [data([2, 4, 3]), ints64([0, 2, 0, 0, 3, 0])], 5),
  move('Pad', 'named axes', [data([2, 4, 3]), ints64([1, 2]), null, ints64([2])], 4),
  move('Pad', 'not with zeros', [data([2, 4]), ints64([0, 2, 0, 2]), constant(floats([1], []))], 1, { linear: false }),
  move('Gather', 'one index along an axis', [data([2, 5, 3]), ints64([-1], [])], 2, { attributes: { axis: int(1) } }),
  move('Gather', 'several along an axis', [data([2, 5, 3]), ints64([0, 4, 4])], 2, { attributes: { axis: int(1) } }),
  move('Gather', 'an embedding', [weight([5, 3]), indices([0, 4, 4, 1], [2, 2])], 3),
  move('Gather', 'columns by a matrix of indices', [data([2, 3, 5]), ints64([4, 0, 0, 1], [2, 2])], 2, {
    attributes: { axis: int(2) },
  }),
  move('Gather', 'integers', [ints64([7, 8, 9]), ints64([2, 0])], 0),
  move('GatherElements', 'one of each row', [data([2, 3, 5]), ints64([4, 0, 1, 1, 0, -1], [2, 3, 1])], 0, {
    attributes: { axis: int(2) },
  }),
  move(
    'GatherElements',
    'indices that are computed',
    [whole(data([4, 3])), whole(indices([0, 2, 3, 3, 1, 0, 0, 1, 0], [3, 3]))],
    1,
  ),
  move('GatherElements', 'integers', [ints64([7, 8, 9, 6], [2, 2]), ints64([1, 0, 0, 0], [2, 2])], 0, {
    attributes: { axis: int(1) },
  }),
  move('Tile', 'a middle axis, three times', [data([2, 3, 2]), ints64([1, 3, 1])], 3),
  move('Tile', 'two axes', [whole(data([2, 3])), ints64([2, 2])], 2),
  move('Tile', 'integers', [ints64([1, 2, 3], [1, 3]), ints64([2, 2])], 0),
  move('Trilu', 'the lower triangle', [data([2, 4, 5])], 1, { attributes: { upper: int(0) } }),
  move('Trilu', 'above the diagonal', [data([2, 4, 4]), ints64([1], [])], 1),
  ...[-1, 0, 2].flatMap((k) =>
    [0, 1].map((upper) =>
      move(
        'Trilu',
        `integers, upper ${upper}, moved by ${k}`,
        [ints64([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3]), ints64([k], [])],
        0,
        {
          attributes: { upper: int(upper) },
        },
      ),
    ),
  ),
  move('DepthToSpace', 'blocks · channels', [data([2, 8, 2, 3])], 2, { attributes: { blocksize: int(2) } }),
  move('DepthToSpace', 'channels · blocks, as PixelShuffle', [data([2, 12, 2, 3])], 2, {
    attributes: { blocksize: int(2), mode: string('CRD') },
  }),
  move('SpaceToDepth', 'blocks · channels', [data([2, 3, 4, 6])], 2, { attributes: { blocksize: int(2) } }),
  move('OneHot', 'classes', [indices([0, 2, 1]), ints64([4]), constant(floats([0, 1]))], 0),
  move(
    'ScatterND',
    'rows of integers',
    [ints64([1, 2, 3, 4, 5, 6], [3, 2]), ints64([2, 0], [2, 1]), ints64([7, 8, 9, 0], [2, 2])],
    0,
  ),
  move('Shape', 'a tensor', [data([2, 3, 4])], 0),
  move('Shape', 'from the second axis', [data([2, 3, 4])], 0, { attributes: { start: int(1), end: int(-1) } }),
  move('Constant', 'a tensor', [], 0, { attributes: { value: { kind: 'tensor', value: floats([1, 2]) } } }),
  move('ConstantOfShape', 'ones', [ints64([2, 3])], 0, {
    attributes: { value: { kind: 'tensor', value: floats([1]) } },
  }),
  move('Range', 'in steps', [ints64([1], []), ints64([8], []), ints64([3], [])], 0),
];
