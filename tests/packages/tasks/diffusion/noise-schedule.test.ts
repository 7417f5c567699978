/** Schedules of noise against numbers that papers and their code print. */
import { noiseSchedule, posteriorOf, respaced } from '@topiary/tasks';
import { describe, expect, it } from 'vitest';

const linear = noiseSchedule();

describe('the linear schedule of a thousand steps', () => {
  it('keeps what Ho et al. keep of a picture', () => {
    expect(linear.kept[0]).toBeCloseTo(0.9999, 12);
    expect(linear.kept[499]).toBeCloseTo(0.0785872, 7);
    expect(linear.kept[999]! / 4.0358e-5).toBeCloseTo(1, 4);
    expect([linear.betas[0], linear.betas[999]]).toEqual([1e-4, 0.02]);
  });

  it('respaces as Python rounds', () => {
    expect(respaced(linear, 20).steps.slice(0, 6)).toEqual([0, 53, 105, 158, 210, 263]);
    expect(respaced(linear, 20).steps.slice(-2)).toEqual([946, 999]);
    // 1 · 999 / 2 = 499.5 goes to the even neighbour
    expect(respaced(linear, 3).steps).toEqual([0, 500, 999]);
    expect(respaced(linear, 1000).steps).toEqual(linear.steps);
  });

  it('keeps ᾱ where it takes a step, and makes β of them', () => {
    const { kept, betas, steps } = respaced(linear, 20);
    expect([...kept]).toEqual(steps.map((t) => linear.kept[t]));
    let product = 1;
    betas.forEach((beta, i) => {
      product *= 1 - beta;
      expect(product).toBeCloseTo(kept[i]!, 12);
    });
  });

  it('refuses steps that there are not', () => {
    for (const count of [0, 1, 2.5, 1001])
      expect(() => respaced(linear, count)).toThrow(expect.objectContaining({ code: 'TOPIARY_TASKS_STEPS' }));
  });

  it('scaled as for latents goes from 0.00085 to 0.012 in its square root', () => {
    const { betas } = noiseSchedule('scaled-linear');
    expect([betas[0], betas[999]].map((beta) => beta!.toFixed(6))).toEqual(['0.000850', '0.012000']);
    expect(betas[500]).toBeCloseTo(
      (Math.sqrt(0.00085) + (500 / 999) * (Math.sqrt(0.012) - Math.sqrt(0.00085))) ** 2,
      12,
    );
  });
});

describe('the posterior', () => {
  const { ofPicture, ofNoised, variance, logVariance } = posteriorOf(linear);

  it('follows Bayes: precisions of the step and of what came before add up', () => {
    for (const t of [1, 10, 499, 999]) {
      const [beta, before] = [linear.betas[t]!, linear.kept[t - 1]!];
      const precision = (1 - beta) / beta + 1 / (1 - before);
      expect(variance[t]! * precision).toBeCloseTo(1, 9);
      expect(ofPicture[t]! * precision).toBeCloseTo(Math.sqrt(before) / (1 - before), 6);
      expect(ofNoised[t]! * precision).toBeCloseTo(Math.sqrt(1 - beta) / beta, 6);
    }
  });

  it('of the last step is the picture itself, and its logarithm is that of the step before', () => {
    expect(ofPicture[0]).toBeCloseTo(1, 12);
    expect([ofNoised[0], variance[0]]).toEqual([0, 0]);
    expect(logVariance[0]).toBe(Math.log(variance[1]!));
  });
});
