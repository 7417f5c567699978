/** Deterministic random numbers: a 128-bit generator whose state is the hash of a text, so that streams never overlap. */
import { createHash, createHmac } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** Only sums, products and square roots are made of these numbers, so data sets are the same bytes on every machine. */
export class Random {
  readonly #generator: RandomGenerator;

  constructor(state: Uint8Array) {
    const words = new DataView(state.buffer, state.byteOffset, 16);
    this.#generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => words.getInt32(at)));
  }

  /** 32 random bits as a signed integer. */
  bits(): number {
    return this.#generator.next();
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return (this.#generator.next() >>> 0) / 4294967296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** A whole number in [0, n). The bias of n / 2^32 is far below anything that a data set could show. */
  below(n: number): number {
    return Math.floor(this.unit() * n);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** A point inside the unit disc; its direction is uniform. Never the centre. */
  disc(): { x: number; y: number; norm: number } {
    for (;;) {
      const [x, y] = [this.between(-1, 1), this.between(-1, 1)];
      const squared = x * x + y * y;
      if (squared <= 1 && squared > 1e-4) return { x, y, norm: Math.sqrt(squared) };
    }
  }

  /** Fisher and Yates, in place. */
  shuffle(values: Int32Array): Int32Array {
    for (let i = values.length - 1; i > 0; i -= 1) {
      const j = this.below(i + 1);
      const kept = values[i]!;
      values[i] = values[j]!;
      values[j] = kept;
    }
    return values;
  }
}

/** The stream that belongs to a text; with a secret, nobody without it can compute the stream (HMAC-SHA256). */
export const randomFrom = (text: string, secret?: string): Random =>
  new Random((secret ? createHmac('sha256', secret) : createHash('sha256')).update(text).digest());
