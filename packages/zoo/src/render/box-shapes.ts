/** Shapes that fill their box from edge to edge: signed distances (negative inside) on [-1, 1]², nothing but + - * / √. */
import type { Shape } from './shapes.js';

const rectangle = (u: number, v: number, a: number, b: number): number => Math.max(Math.abs(u) - a, Math.abs(v) - b);
const radius = (u: number, v: number): number => Math.sqrt(u * u + v * v);
const shape = (distance: Shape['distance']): Shape => ({ distance, half: [1, 1] });

/** 1 / √5: normals of a triangle with its tip in the middle of the upper edge. */
const SLOPE = 0.4472135954999579;

/** The classes of shapes-det, in the order of their labels. */
export const BOX_SHAPES = {
  disc: shape((u, v) => radius(u, v) - 1),
  ring: shape((u, v) => Math.abs(radius(u, v) - 0.78) - 0.22),
  rectangle: shape((u, v) => rectangle(u, v, 1, 1)),
  frame: shape((u, v) => Math.abs(rectangle(u, v, 0.8, 0.8)) - 0.2),
  triangle: shape((u, v) => Math.max(v - 1, SLOPE * (2 * Math.abs(u) - v - 1))),
  plus: shape((u, v) => Math.min(rectangle(u, v, 0.33, 1), rectangle(u, v, 1, 0.33))),
} as const satisfies Record<string, Shape>;

export const BOX_SHAPE_NAMES = Object.keys(BOX_SHAPES) as readonly (keyof typeof BOX_SHAPES)[];
