/**
 * Weight gradients of small batches: a batch that fills no block of examples is cut into strips of its pictures, which
 * count as examples. A gradient sums over examples and places alike, so the result stays the same.
 */
import type { GraphBuilder } from '@topiary/onnx';
import type { ConvGeometry } from '../plain/_conv.js';
import { moveRows, ZERO } from './_move.js';
import { padded, reshape } from './_nchwc.js';

/** Rows of pictures with zeros that only fill blocks, per row. */
const MOST_EXAMPLES = 1.5;

/** An operand by the name that it has, its channels in parts of `inner` numbers a place. */
export interface Operand {
  readonly name: string;
  readonly parts: number;
  readonly inner: number;
}

/** [N, parts, H, W, inner] -> [N, strips, parts, rows, W, inner]: strip i begins at row `first + i · step`; zeros outside. */
const stripsOf = (
  b: GraphBuilder,
  { name, parts, inner }: Operand,
  [strips, rows]: readonly [number, number],
  [first, step]: readonly [number, number],
): string => {
  const [N, C, H, W] = b.shape(name).map(Number) as [number, number, number, number];
  const table = Array.from({ length: strips * parts * rows }, (_, i) => {
    const [strip, part] = [Math.floor(i / (parts * rows)), Math.floor(i / rows) % parts];
    const y = first + strip * step + (i % rows);
    return y < 0 || y >= H ? ZERO : part * H + y;
  });
  return reshape(b, moveRows(b, name, [N, parts * H, W * inner], table), [N * strips, C, rows, W]);
};

/** How many strips of its pictures make a batch that fills blocks; 1: it does so by itself; null: none do. */
export const stripsFor = (N: number, rows: number, block: number): number | null => {
  for (let strips = 1; strips <= rows; strips += 1) {
    if (padded(N * strips, block) * Math.ceil(rows / strips) <= MOST_EXAMPLES * N * rows) return strips;
  }
  return null;
};

export interface Operands {
  readonly g: ConvGeometry;
  readonly x: Operand;
  readonly dY: string;
}

/** A small batch grows: strips of dY and the rows of x that they meet count as examples, and the sum stays the same. */
export const inStrips = (b: GraphBuilder, { g, x, dY }: Operands, strips: number, block: number): Operands => {
  if (strips === 1) return { g, x, dY };
  const [stride, kernel] = [g.strides[0]!, g.kernel[0]!];
  const rows = Math.ceil(g.to[0]! / strips);
  const reach = (rows - 1) * stride + kernel;
  const cut = stripsOf(b, x, [strips, reach], [-g.before[0]!, rows * stride]);
  const gradient = { name: dY, parts: padded(g.K, block) / block, inner: block };
  return {
    g: { ...g, from: [reach, g.from[1]!], to: [rows, g.to[1]!], before: [0, g.before[1]!] },
    x: { ...x, name: cut },
    dY: stripsOf(b, gradient, [strips, rows], [0, rows]),
  };
};
