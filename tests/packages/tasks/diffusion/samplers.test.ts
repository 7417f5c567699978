/** Samplers against their formulas, worked out in double precision, and against distributions that they must reach. */
import { ddim, noiseSchedule, partsOf, posteriorOf, respaced, samplerOf } from '@topiary/tasks';
import { fillNormal, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';

const schedule = respaced(noiseSchedule(), 20);
const one = (value: number) => Float32Array.of(value);
const parts = { picture: one(0.3), noise: one(-0.7) };

describe('one step', () => {
  it('of DDIM mixes the guessed picture and the guessed noise as the next level has them', () => {
    const [x] = ddim().begin(schedule)(10, one(9), parts, one(5));
    const then = schedule.kept[9]!;
    expect(x).toBeCloseTo(Math.sqrt(then) * 0.3 + Math.sqrt(1 - then) * -0.7, 6);
  });

  it('of DDIM ends with the guessed picture', () => {
    expect(ddim().begin(schedule)(0, one(9), parts, one(5))[0]).toBeCloseTo(0.3, 6);
  });

  it('of DDIM with η = 1 has the variance and the mean of DDPM', () => {
    const i = 7;
    // x that fits its parts, so that both say the same
    const kept = schedule.kept[i]!;
    const x = one(Math.sqrt(kept) * 0.3 + Math.sqrt(1 - kept) * -0.7);
    for (const z of [0, 1, -2]) {
      const [a, b] = [ddim(1), samplerOf('ddpm')].map((one_) => one_.begin(schedule)(i, x, parts, one(z))[0]!);
      expect(a).toBeCloseTo(b!, 5);
    }
  });

  it('of DDPM is the posterior', () => {
    const { ofPicture, ofNoised, variance } = posteriorOf(schedule);
    const [x] = samplerOf('ddpm').begin(schedule)(4, one(2), parts, one(0.5));
    expect(x).toBeCloseTo(ofPicture[4]! * 0.3 + ofNoised[4]! * 2 + Math.sqrt(variance[4]!) * 0.5, 6);
    expect(samplerOf('ddpm').begin(schedule)(0, one(2), parts, one(0.5))[0]).toBeCloseTo(0.3, 6);
  });

  it('of DPM-Solver++ is DDIM first, and then leans on the step before', () => {
    const take = samplerOf('dpm-solver++').begin(schedule);
    const at = (i: number) => {
      const kept = schedule.kept[i]!;
      return { a: Math.sqrt(kept), s: Math.sqrt(1 - kept), l: Math.log(Math.sqrt(kept / (1 - kept))) };
    };
    const consistent = (i: number, picture: number, x: number) => ({
      picture: one(picture),
      noise: one((x - at(i).a * picture) / at(i).s),
    });
    const [first] = take(12, one(1.2), consistent(12, 0.4, 1.2), one(0));
    const [same] = ddim().begin(schedule)(12, one(1.2), consistent(12, 0.4, 1.2), one(0));
    expect(first).toBeCloseTo(same!, 5);
    const [second] = take(11, one(first!), consistent(11, 0.5, first!), one(0));
    const [h, before] = [at(10).l - at(11).l, at(11).l - at(12).l];
    const slope = 0.5 + (h / (2 * before)) * (0.5 - 0.4);
    const expected = (at(10).s / at(11).s) * Math.fround(first!) - at(10).a * (Math.exp(-h) - 1) * slope;
    expect(second).toBeCloseTo(expected, 5);
    expect(take(0, one(7), parts, one(0))[0]).toBeCloseTo(0.3, 6);
  });
});

describe('what a network says', () => {
  const kept = 0.36;
  const [x0, noise] = [0.5, -1.25];
  const x = Float32Array.of(0.6 * x0 + 0.8 * noise);

  it('of noise and of velocity means the same picture and the same noise', () => {
    const v = Float32Array.of(0.6 * noise - 0.8 * x0);
    for (const [said, predicts] of [
      [Float32Array.of(noise), 'noise'],
      [v, 'velocity'],
    ] as const) {
      const found = partsOf(x, said, kept, { predicts, clip: null });
      expect(found.picture[0]).toBeCloseTo(x0, 6);
      expect(found.noise[0]).toBeCloseTo(noise, 6);
    }
  });

  it('is clipped to what pictures can be, and the noise follows', () => {
    const found = partsOf(x, Float32Array.of(-3), kept, { predicts: 'noise', clip: [-1, 1] });
    expect(found.picture[0]).toBe(1);
    expect(found.noise[0]).toBeCloseTo((x[0]! - 0.6) / 0.8, 6);
  });
});

describe('a whole sampling', () => {
  /** Pictures are normal with mean 0.2 and deviation 0.5: the best guess of the noise is known at every level. */
  const [mean, deviation] = [0.2, 0.5];
  const sampleWith = (id: 'ddim' | 'ddpm' | 'dpm-solver++', steps: number) => {
    const levels = respaced(noiseSchedule(), steps);
    const sampler = samplerOf(id);
    const take = sampler.begin(levels);
    let x = fillNormal(new Float32Array(20_000), 1, randomFrom('begin'));
    for (let i = steps - 1; i >= 0; i -= 1) {
      const kept = levels.kept[i]!;
      const variance = kept * deviation ** 2 + 1 - kept;
      const said = x.map((value) => (Math.sqrt(1 - kept) * (value - Math.sqrt(kept) * mean)) / variance);
      const fresh = fillNormal(new Float32Array(x.length), 1, randomFrom(`fresh/${i}`));
      x = take(i, x, partsOf(x, said, kept, { predicts: 'noise', clip: null }), fresh);
    }
    const average = x.reduce((a, b) => a + b, 0) / x.length;
    return { average, spread: Math.sqrt(x.reduce((a, b) => a + (b - average) ** 2, 0) / x.length) };
  };

  it.each([
    ['ddim', 200, 0.02],
    ['ddpm', 1000, 0.02],
    ['dpm-solver++', 40, 0.02],
  ] as const)('by %s in %d steps reaches the distribution', (id, steps, within) => {
    const { average, spread } = sampleWith(id, steps);
    expect(Math.abs(average - mean)).toBeLessThan(within);
    expect(Math.abs(spread - deviation)).toBeLessThan(within);
  });

  it('by DPM-Solver++ is nearer to it than by DDIM in as many steps', () => {
    const wrong = (id: 'ddim' | 'dpm-solver++') => Math.abs(sampleWith(id, 12).spread - deviation);
    expect(wrong('dpm-solver++')).toBeLessThan(0.7 * wrong('ddim'));
  });
});
