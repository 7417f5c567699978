/** Paired tests against published examples: Fagerland, Lydersen and Laake 2013; Darwin's maize in Fisher 1935. */
import { mcnemar, packBits, pairedTest, signFlip, unpackBits } from '@topiary/stats';
import { describe, expect, it } from 'vitest';

describe('mcnemar', () => {
  it('airways before and after treatment: 1 against 7 gives 0.0703 exact and 0.0391 mid-p', () => {
    expect(mcnemar(1, 7, 'exact').p).toBeCloseTo(18 / 256, 12);
    expect(mcnemar(1, 7).p).toBeCloseTo(10 / 256, 12);
    expect(mcnemar(7, 1).p).toBe(mcnemar(1, 7).p);
  });

  it('without discordant pairs nothing speaks against equality', () => {
    expect(mcnemar(0, 0).p).toBe(1);
    expect(mcnemar(5, 5).p).toBe(1);
  });
});

describe('signFlip', () => {
  // Heights of crossed minus self-fertilised plants in eighths of an inch; Fisher, Design of Experiments, section 21:
  // of 32,768 sign patterns 835 exceed the observed sum of 314 and 28 equal it.
  const MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

  it("counts Fisher's 863 patterns in each tail of Darwin's maize", () => {
    expect(signFlip(MAIZE, 'exact').p).toBeCloseTo((2 * 863) / 32768, 12);
    expect(signFlip(MAIZE).p).toBeCloseTo((2 * 835 + 28) / 32768, 12);
  });

  it('agrees with McNemar where all differences are ±1', () => {
    const differences = [...Array(30).fill(1), ...Array(50).fill(-1), ...Array(900).fill(0)];
    expect(signFlip(differences).p).toBeCloseTo(mcnemar(30, 50).p, 12);
    expect(signFlip(differences, 'exact').p).toBeCloseTo(mcnemar(30, 50, 'exact').p, 12);
  });

  it('refuses differences that are not whole', () => {
    expect(() => signFlip([0.5])).toThrow(/expected integers; got 0.5/);
  });
});

describe('pairedTest', () => {
  const run = (right: number, n: number, offset = 0) =>
    Uint8Array.from({ length: n }, (_, i) => Number(i >= offset && i < right + offset));

  it('of one seed each is McNemar on the discordant examples', () => {
    // a: examples 0 … 59, b: examples 20 … 69; only a: 20, only b: 10
    expect(pairedTest([run(60, 100)], [run(50, 100, 20)]).p).toBeCloseTo(mcnemar(20, 10).p, 12);
  });

  it('does not change when each run is given twice', () => {
    const [a, b] = [run(60, 100), run(50, 100, 20)];
    expect(pairedTest([a, a], [b, b]).p).toBeCloseTo(pairedTest([a], [b]).p, 12);
    expect(pairedTest([a, a], [b]).p).toBeCloseTo(pairedTest([a], [b]).p, 12);
  });

  it('handles ten thousand examples and three seeds a side, and tells a 4 % gap from none', () => {
    const noise = (seed: number, share: number) =>
      Uint8Array.from({ length: 10_000 }, (_, i) =>
        Number(Math.abs(Math.sin(i * 12.9898 + seed * 78.233) * 43758.5453) % 1 < share),
      );
    const [a, b, worse] = [0.9, 0.9, 0.86].map((share, k) => [0, 1, 2].map((s) => noise(3 * k + s, share)));
    expect(pairedTest(a!, b!).p).toBeGreaterThan(0.01);
    expect(pairedTest(a!, worse!).p).toBeLessThan(1e-6);
  });

  it('refuses runs over different examples', () => {
    expect(() => pairedTest([run(1, 5)], [run(1, 6)])).toThrow(/runs over the same examples/);
  });
});

describe('bits', () => {
  it('go into bytes and come back', () => {
    const correct = Uint8Array.of(1, 0, 0, 1, 1, 0, 1, 0, 1, 1);
    expect([...packBits(correct)]).toEqual([0b01011001, 0b11]);
    expect(unpackBits(packBits(correct), 10)).toEqual(correct);
  });
});
