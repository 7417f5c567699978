/**
 * Shapes as signed distances (negative inside) in a unit frame of about radius 1. Only + - * / and square roots, which
 * IEEE 754 defines to the last bit: the same picture comes out on every machine.
 */
export interface Shape {
  readonly distance: (u: number, v: number) => number;
  /** Half the width and height of a box around it. */
  readonly half: readonly [number, number];
}

export const radius = (u: number, v: number): number => Math.sqrt(u * u + v * v);
export const box = (u: number, v: number, a: number, b: number): number => Math.max(Math.abs(u) - a, Math.abs(v) - b);
export const shape = (distance: Shape['distance'], a: number, b = a): Shape => ({ distance, half: [a, b] });

/** Cosine and sine of 18° and 54° (normals of a regular pentagon), and of 30°. */
const C18 = 0.9510565162951535;
const S18 = 0.3090169943749474;
const C54 = 0.5877852522924731;
const S54 = 0.8090169943749475;
const C30 = 0.8660254037844386;

/** Inside a pentagram = on the inner side of at least four of its five lines: the second largest distance counts. */
const pentagram = (u: number, v: number): number => {
  const [a, b, c, d] = [S18 * v + C18 * u, S18 * v - C18 * u, C54 * u - S54 * v, -C54 * u - S54 * v];
  const [highAB, lowAB] = a > b ? [a, b] : [b, a];
  const [highCD, lowCD] = c > d ? [c, d] : [d, c];
  const first = Math.max(highAB, highCD);
  const second = Math.max(Math.min(highAB, highCD), lowAB, lowCD);
  return Math.max(Math.min(first, v), second) - 0.34;
};

/** The classes of shapes32, in the order of their labels. */
export const SHAPES = {
  disc: shape((u, v) => radius(u, v) - 0.8, 0.8),
  ring: shape((u, v) => Math.abs(radius(u, v) - 0.66) - 0.2, 0.86),
  square: shape((u, v) => box(u, v, 0.72, 0.72), 0.72),
  frame: shape((u, v) => Math.abs(box(u, v, 0.6, 0.6)) - 0.17, 0.77),
  triangle: shape((u, v) => Math.max(v, C30 * u - 0.5 * v, -C30 * u - 0.5 * v) - 0.5, 1),
  hexagon: shape(
    (u, v) => Math.max(Math.abs(v), Math.abs(C30 * u + 0.5 * v), Math.abs(C30 * u - 0.5 * v)) - 0.76,
    0.88,
  ),
  star: shape(pentagram, 1.1),
  cross: shape((u, v) => Math.min(box(u, v, 0.27, 0.88), box(u, v, 0.88, 0.27)), 0.88),
  crescent: shape((u, v) => Math.max(radius(u, v) - 0.88, 0.7 - radius(u - 0.42, v)), 0.88),
  ell: shape((u, v) => Math.min(box(u + 0.42, v, 0.26, 0.82), box(u, v + 0.56, 0.68, 0.26)), 0.7, 0.82),
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof SHAPES;
export const SHAPE_NAMES = Object.keys(SHAPES) as readonly ShapeName[];

/** What is drawn around and across the object. */
export const BAR = shape((u, v) => Math.max(Math.abs(u) - 1, Math.abs(v) - 0.12), 1, 0.12);
export const DOT = shape((u, v) => radius(u, v) - 0.8, 0.8);
