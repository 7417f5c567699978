/** When times taken in turn may be believed: by sequences whose disturbance is known. */
import { alternate, steadiness, type Timeable } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';

const times = (n: number, of: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => of(i));
/** A quiet machine: within 2 % of 10 ms. */
const quiet = times(100, (i) => 10 + 0.2 * Math.sin(i * 2.3));
const half = quiet.map((ms) => ms / 2);

describe('steadiness', () => {
  it('believes a quiet machine', () => {
    const found = steadiness(quiet, half);
    expect(found).toMatchObject({ disturbed: 0, isSteady: true });
    expect(found.drift).toBeLessThan(0.02);
  });

  it('leaves out a turn in which either of the two was disturbed, from both', () => {
    const control = quiet.map((ms, i) => (i === 7 ? 130 : ms));
    const timed = half.map((ms, i) => (i === 40 ? 80 : ms));
    const { kept, disturbed, isSteady } = steadiness(control, timed);
    expect(kept).not.toContain(7);
    expect(kept).not.toContain(40);
    expect([kept.length, isSteady]).toEqual([98, true]);
    expect(disturbed).toBeCloseTo(0.02);
  });

  it('does not believe a machine that disturbs one turn in five', () => {
    expect(
      steadiness(
        quiet.map((ms, i) => (i % 5 === 0 ? 40 : ms)),
        half,
      ).isSteady,
    ).toBe(false);
  });

  it('does not believe times whose control moved on the way', () => {
    const found = steadiness(
      quiet.map((ms, i) => (i < 30 ? 1.3 * ms : ms)),
      half,
    );
    expect(found.isSteady).toBe(false);
    expect(found.drift).toBeCloseTo(0.3, 1);
  });

  it('does not believe times whose control takes longer than it usually does here', () => {
    expect(steadiness(quiet, half, 10).isSteady).toBe(true);
    expect(steadiness(quiet, half, 8)).toMatchObject({ isSteady: false, drift: expect.closeTo(0.25, 1) });
    expect(steadiness(quiet, half, 12).isSteady).toBe(false);
  });
});

describe('two things timed in turn', () => {
  /** Takes a time of its own choosing on a clock of its own. */
  const sleeping = (ms: (round: number) => number): Timeable & { calls: number } => {
    const one = {
      calls: 0,
      run: async (round: number) => {
        const until = performance.now() + ms(round);
        one.calls += 1;
        while (performance.now() < until);
        return { whole: ms(round) };
      },
    };
    return one;
  };

  it('are timed again while the control moves, and then say so', async () => {
    let taken = 0;
    // twice as slow in the second half of each measurement of 20 turns and one of warm-up
    const control = sleeping(() => (taken++ % 21 > 10 ? 1.8 : 1));
    const { calm, first } = await alternate(
      control,
      sleeping(() => 0.5),
      { warmupMs: 0, samples: 20 },
    );
    expect(calm).toMatchObject({ attempts: 3, isSteady: false });
    expect(control.calls).toBe(3 * 21);
    expect(first.samples).toBeGreaterThan(0);
  });
});
