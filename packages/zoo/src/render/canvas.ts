/** A small picture in three planes (0…255 as floats) and the few things that are drawn on it. */
import type { Random } from '../random.js';
import type { Shape } from './shapes.js';

export type Colour = readonly [number, number, number];

/** Where a shape lies: centre and size in pixels, cosine and sine of its rotation, stretch along u. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly cos: number;
  readonly sin: number;
  readonly stretch: number;
}

/** Stripes: `colour` and `other` alternate along the direction (du, dv) of the unit frame. */
export interface Fill {
  readonly colour: Colour;
  readonly other: Colour;
  readonly du: number;
  readonly dv: number;
}

export class Canvas {
  readonly planes: readonly [Float32Array, Float32Array, Float32Array];

  /** `cells`: fields of the background's grid along a side, which has to be a multiple of it. */
  constructor(
    readonly size: number,
    readonly cells = 4,
  ) {
    const plane = () => new Float32Array(size * size);
    this.planes = [plane(), plane(), plane()];
  }

  /** A smooth background: a coarse grid of random colours around `base`, interpolated linearly. */
  background(random: Random, base: Colour, amplitude: number): void {
    const { cells } = this;
    const step = this.size / cells;
    const above = new Float32Array(cells + 1);
    const below = new Float32Array(cells + 1);
    for (let channel = 0; channel < 3; channel += 1) {
      const plane = this.planes[channel]!;
      const level = base[channel]!;
      for (let i = 0; i <= cells; i += 1) below[i] = level + random.between(-amplitude, amplitude);
      let at = 0;
      for (let y = 0; y < this.size; y += 1) {
        if (y % step === 0) {
          above.set(below);
          for (let i = 0; i <= cells; i += 1) below[i] = level + random.between(-amplitude, amplitude);
        }
        const fy = (y % step) / step;
        for (let cell = 0; cell < cells; cell += 1) {
          const left = above[cell]! + fy * (below[cell]! - above[cell]!);
          const slope = (above[cell + 1]! + fy * (below[cell + 1]! - above[cell + 1]!) - left) / step;
          for (let x = 0; x < step; x += 1) plane[at + x] = left + x * slope;
          at += step;
        }
      }
    }
  }

  /** Draws a shape with edges softened over one pixel. */
  draw({ distance, half: [a, b] }: Shape, place: Placement, fill: Fill): void {
    const { size } = this;
    const { cos, sin, radius, stretch } = place;
    const [wide, high] = [a * stretch * radius, (b / stretch) * radius];
    const reachX = Math.abs(cos) * wide + Math.abs(sin) * high + 1;
    const reachY = Math.abs(sin) * wide + Math.abs(cos) * high + 1;
    const [fromX, toX] = [Math.max(0, Math.floor(place.x - reachX)), Math.min(size, Math.ceil(place.x + reachX))];
    const [fromY, toY] = [Math.max(0, Math.floor(place.y - reachY)), Math.min(size, Math.ceil(place.y + reachY))];
    const [perU, perV] = [1 / (radius * stretch), stretch / radius];
    for (let y = fromY; y < toY; y += 1) {
      const dy = y + 0.5 - place.y;
      for (let x = fromX; x < toX; x += 1) {
        const dx = x + 0.5 - place.x;
        const u = (cos * dx + sin * dy) * perU;
        const v = (cos * dy - sin * dx) * perV;
        const cover = 0.5 - distance(u, v) * radius;
        if (cover > 0) this.#blend(y * size + x, Math.min(cover, 1), fill, u, v);
      }
    }
  }

  /**
   * Writes bytes [3, size, size] with noise of standard deviation `sigma`: the sum of two random bytes less their
   * mean has deviation 104.51 (Irwin and Hall), near enough to Gaussian for a picture.
   */
  write(random: Random, sigma: number, out: Uint8Array, offset: number): void {
    const scale = sigma / 104.51;
    let at = offset;
    for (const plane of this.planes) {
      for (let i = 0; i < plane.length; i += 2) {
        const bits = random.bits();
        const first = (bits & 255) + ((bits >>> 8) & 255) - 255;
        const second = ((bits >>> 16) & 255) + (bits >>> 24) - 255;
        out[at] = toByte(plane[i]! + scale * first);
        out[at + 1] = toByte(plane[i + 1]! + scale * second);
        at += 2;
      }
    }
  }

  #blend(at: number, cover: number, { colour, other, du, dv }: Fill, u: number, v: number): void {
    const phase = u * du + v * dv;
    const from = phase - Math.floor(phase) < 0.5 ? colour : other;
    for (let channel = 0; channel < 3; channel += 1) {
      const plane = this.planes[channel]!;
      plane[at] = plane[at]! + cover * (from[channel]! - plane[at]!);
    }
  }
}

const toByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0);
