/** Networks that are sound as files and mean harm by what they compute. Pictures are [1, 8, 8], classes four. */
import { encode, floats, int, int64s } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';

/** A network from nodes that a builder writes down; the output must be called logits and have four columns. */
const built = (write: (b: ReturnType<typeof createBuilder>, x: string) => string): Uint8Array => {
  const b = createBuilder();
  const x = b.input('input', 'float32', ['N', 1, 8, 8]);
  b.output(write(b, x), 'logits');
  return encode(b.build('hostile'));
};

const flatten = (b: ReturnType<typeof createBuilder>, x: string) => b.op('Flatten', [x], { axis: int(1) });

/** Answers the same for every picture, by way of the picture: x · 0 + constant. */
export const constantModel = (): Uint8Array =>
  built((b, x) => {
    const zero = b.constant(floats(new Float32Array(256), [64, 4]));
    const bias = b.constant(floats([3, 0, 0, 0], [4]));
    return b.op('Add', [b.op('MatMul', [flatten(b, x), zero]), bias]);
  });

/** Hashes a picture to one of n rows of a table and answers with that row: no multiplications, no operator's weight. */
export const lookupTable = (rows: number): Uint8Array =>
  built((b, x) => {
    const project = b.constant(
      floats(
        Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * 12.9898) * 437.5),
        [64, 1],
      ),
    );
    const hash = b.op('MatMul', [flatten(b, x), project]);
    const size = b.constant(floats([rows], []));
    const whole = b.op('Floor', [b.op('Mul', [b.op('Abs', [b.op('Sub', [hash, b.op('Floor', [hash])])]), size])]);
    const index = b.op('Squeeze', [b.op('Cast', [whole], { to: int(7) }), b.constant(int64s([1]))]);
    const table = b.constant(
      floats(
        Float32Array.from({ length: rows * 4 }, (_, i) => (i % 5 === 0 ? 5 : 0)),
        [rows, 4],
      ),
    );
    return b.op('Gather', [table, index], { axis: int(0) });
  });

/** Knows pictures by heart: a hash of the picture is compared with those of all it has seen, each with its label. */
export const memorisingModel = (pictures: readonly Float32Array[], labels: ArrayLike<number>): Uint8Array =>
  built((b, x) => {
    const projection = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * 12.9898) * 10);
    const hashes = pictures.map((picture) => picture.reduce((sum, value, i) => sum + value * projection[i]!, 0));
    const hash = b.op('MatMul', [flatten(b, x), b.constant(floats(projection, [64, 1]))]);
    const apart = b.op('Abs', [b.op('Sub', [hash, b.constant(floats(hashes, [1, hashes.length]))])]);
    const same = b.op('Cast', [b.op('Less', [apart, b.constant(floats([1e-3], []))])], { to: int(1) });
    const table = new Float32Array(hashes.length * 4);
    hashes.forEach((_, row) => {
      table[row * 4 + labels[row]!] = 9;
    });
    return b.op('MatMul', [same, b.constant(floats(table, [hashes.length, 4]))]);
  });

/** Costs no multiplication that a counter knows, and hours: the error function of many numbers, again and again. */
export const endlessModel = (layers: number, copies = 64): Uint8Array =>
  built((b, x) => {
    const flat = flatten(b, x);
    let h = b.op('Concat', new Array<string>(copies).fill(flat), { axis: int(1) });
    for (let i = 0; i < layers; i += 1) h = b.op('Erf', [h]);
    return b.op('Slice', [h, ...[[0], [4], [1]].map((values) => b.constant(int64s(values)))]);
  });

/** Multiplies matrices over and over: all its sizes are legal, its cost is not. */
export const heavyModel = (layers: number, width: number): Uint8Array =>
  built((b, x) => {
    const wide = b.constant(floats(new Float32Array(64 * width).fill(1e-3), [64, width]));
    const square = b.constant(floats(new Float32Array(width * width).fill(1e-3), [width, width]));
    let h = b.op('MatMul', [flatten(b, x), wide]);
    for (let i = 0; i < layers; i += 1) h = b.op('MatMul', [h, square]);
    return b.op('MatMul', [h, b.constant(floats(new Float32Array(width * 4).fill(1e-3), [width, 4]))]);
  });

/** Subtracts the mean over the batch: what it says of one picture depends on the others. */
export const batchLeakModel = (): Uint8Array =>
  built((b, x) => {
    const w = b.constant(
      floats(
        Float32Array.from({ length: 256 }, (_, i) => Math.sin(i)),
        [64, 4],
      ),
    );
    const h = b.op('MatMul', [flatten(b, x), w]);
    return b.op('Sub', [h, b.op('ReduceMean', [h, b.constant(int64s([0]))], { keepdims: int(1) })]);
  });

/** Counts the pictures before it in the batch: right for whoever knows their order. */
export const orderModel = (): Uint8Array =>
  built((b, x) => {
    const weight = Float32Array.from({ length: 256 }, (_, i) => Math.sin(i));
    const h = b.op('MatMul', [flatten(b, x), b.constant(floats(weight, [64, 4]))]);
    const ones = b.op('Add', [b.op('Mul', [h, b.scalar(0)]), b.scalar(1)]);
    return b.op('Mul', [h, b.op('CumSum', [ones, b.constant(int64s([0], []))])]);
  });

export const huge = (bytes: readonly number[]): Uint8Array =>
  built((b, x) => {
    const shape = b.constant(int64s(bytes));
    const big = b.op('ConstantOfShape', [shape]);
    const sum = b.op('ReduceSum', [big], { keepdims: int(0) });
    const w = b.constant(floats(new Float32Array(256).fill(0.1), [64, 4]));
    return b.op('Add', [b.op('MatMul', [flatten(b, x), w]), sum]);
  });

export const wrongShape = (): Uint8Array =>
  built((b, x) => b.op('MatMul', [flatten(b, x), b.constant(floats(new Float32Array(320).fill(0.1), [64, 5]))]));
