/** The loss of a denoiser: against its formula in double precision, and its slope against differences. */
import { gradientGraph } from '@topiary/autodiff';
import { floats, type Graph, tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { compile, infer, initialValues } from '@topiary/runtime';
import { denoisingLoss, FEEDS, noiseSchedule, posteriorOf } from '@topiary/tasks';
import { fillNormal, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { miniGraph } from './mini.js';

const N = 4;
const PIXELS = 64;
const schedule = noiseSchedule();
const STEPS = [0, 3, 420, 999];
const LABELS = [2, 0, 1, 2];
const DROPS = [0, 1, 0, 0];

const whole = (values: readonly number[]) => tensor('int64', [values.length], BigInt64Array.from(values, BigInt));
const noise = fillNormal(new Float32Array(N * PIXELS), 1, randomFrom('noise'));
// some pixels at both ends of the scale
const picture = Float32Array.from({ length: N * PIXELS }, (_, i) => Math.max(-1, Math.min(1, 1.3 * Math.sin(i))));
const feeds = {
  [FEEDS.picture]: floats(picture, [N, 1, 8, 8]),
  [FEEDS.noise]: floats(noise, [N, 1, 8, 8]),
  [FEEDS.label]: whole(LABELS),
  [FEEDS.drop]: whole(DROPS),
  t: whole(STEPS),
};
const stepOf = (i: number) => STEPS[Math.floor(i / PIXELS)]!;
const keptAt = (i: number) => schedule.kept[stepOf(i)]!;
const noised = Float64Array.from(picture, (x0, i) => Math.sqrt(keptAt(i)) * x0 + Math.sqrt(1 - keptAt(i)) * noise[i]!);

/** What the network itself says of pictures that the host has noised: [N, C, 8, 8]. */
const said = async (graph: Graph) => {
  const y = whole(LABELS.map((label, i) => (DROPS[i] === 1 ? 3 : label)));
  const x = floats(Float32Array.from(noised), [N, 1, 8, 8]);
  return (await infer(graph, { x, t: feeds.t, y }))['noise']!.data as Float32Array;
};

const lossOf = async (graph: Graph, predicts: 'noise' | 'velocity') => {
  const loss = denoisingLoss({ schedule, predicts, classes: 3 });
  const built = gradientGraph(graph, { loss, batch: N, wrt: [] });
  const session = await compile(built.graph, { provider: 'cpu', threads: 1 });
  const result = await session.run({ ...initialValues(graph, built.parameters), ...feeds });
  await session.release();
  return Number(result[built.loss]!.data[0]);
};

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const pixels = Array.from(noise.keys());

describe('the loss of a denoiser', () => {
  it('is the squared error of the noise, mixed in inside the graph, with dropped classes as no class', async () => {
    const graph = miniGraph();
    const guess = await said(graph);
    const expected = mean(pixels.map((i) => (noise[i]! - guess[i]!) ** 2));
    expect(await lossOf(graph, 'noise')).toBeCloseTo(expected, 5);
  });

  it('is that of the velocity, v = √ᾱ ε - √(1 - ᾱ) x₀', async () => {
    const graph = miniGraph();
    const guess = await said(graph);
    const velocity = (i: number) => Math.sqrt(keptAt(i)) * noise[i]! - Math.sqrt(1 - keptAt(i)) * picture[i]!;
    expect(await lossOf(graph, 'velocity')).toBeCloseTo(mean(pixels.map((i) => (velocity(i) - guess[i]!) ** 2)), 5);
  });

  it('of learned variances has their bits besides: of the whole step, and of a grey level at the last', async () => {
    // so far off that a float has no share of a grey level left, a guess would say nothing of the formula
    const graph = miniGraph(true, 1, 0.05);
    const both = await said(graph);
    const at = (i: number, channel: number) =>
      both[Math.floor(i / PIXELS) * 2 * PIXELS + channel * PIXELS + (i % PIXELS)]!;
    const posterior = posteriorOf(schedule);
    const share = (x: number) => (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))) / 2;
    const nats = (i: number) => {
      const t = stepOf(i);
      const [c1, c2, least] = [posterior.ofPicture[t]!, posterior.ofNoised[t]!, posterior.logVariance[t]!];
      const clean = noised[i]! / Math.sqrt(keptAt(i)) - Math.sqrt(1 / keptAt(i) - 1) * at(i, 0);
      const meanOf = (x0: number) => c1 * x0 + c2 * noised[i]!;
      const f = (at(i, 1) + 1) / 2;
      const log = f * Math.log(schedule.betas[t]!) + (1 - f) * least;
      if (t > 0) {
        const apart = meanOf(picture[i]!) - meanOf(clean);
        return (-1 + log - least + Math.exp(least - log) + apart ** 2 * Math.exp(-log)) / 2;
      }
      const z = (side: number) => (picture[i]! - meanOf(clean) + side / 255) * Math.exp(-log / 2);
      const inside =
        picture[i]! < -0.999 ? share(z(1)) : picture[i]! > 0.999 ? 1 - share(z(-1)) : share(z(1)) - share(z(-1));
      return -Math.log(Math.max(inside, 1e-12));
    };
    const squared = mean(pixels.map((i) => (noise[i]! - at(i, 0)) ** 2));
    const expected = squared + mean(pixels.map(nats)) / Math.LN2;
    expect(Math.abs((await lossOf(graph, 'noise')) / expected - 1)).toBeLessThan(2e-4);
  });

  it('is its own mean over the examples, and draws no labels', () => {
    const loss = denoisingLoss({ schedule, predicts: 'noise', classes: 3 });
    expect([loss.perExample(), loss.sampled()]).toEqual([loss, null]);
  });

  it('refuses a network that is not told a timestep and a class', () => {
    const { inputs } = miniGraph();
    const { declare } = denoisingLoss({ schedule, predicts: 'noise', classes: 3 });
    expect(() => declare!(createBuilder(), inputs.slice(0, 2))).toThrow(
      expect.objectContaining({ code: 'TOPIARY_PIPELINE_PORT' }),
    );
  });
});

describe('its slope', () => {
  it.each([false, true])(
    'equals differences of the loss, for every parameter (learned variances: %s)',
    async (learns) => {
      const graph = miniGraph(learns);
      const loss = denoisingLoss({ schedule, predicts: 'noise', classes: 3 });
      const built = gradientGraph(graph, { loss, batch: N });
      const session = await compile(built.graph, { provider: 'cpu', threads: 1 });
      const values = initialValues(graph, built.parameters);
      // the part that moves nothing but v is left out of these differences: its mean is taken as it is
      const ofVariance = (name: string) => learns && !name.startsWith('final_layer.linear');
      // a grey level of no share at all has no slope
      const smooth = { ...feeds, t: whole([2, 30, 420, 999]) };
      const at = await session.run({ ...values, ...smooth });
      const lossAt = async (name: string, direction: Float32Array, by: number) => {
        const { data, dims } = values[name]!;
        const moved = Float32Array.from(data as Float32Array, (w, i) => w + by * direction[i]!);
        return Number((await session.run({ ...values, ...smooth, [name]: floats(moved, dims) }))[built.loss]!.data[0]);
      };
      expect(built.gradients.size).toBeGreaterThan(30);
      for (const [name, output] of built.gradients) {
        if (ofVariance(name)) continue;
        const full = at[output]!.data as Float32Array;
        // of the last layer only the columns of v, which see the whole loss, and nothing stopped
        const slope = learns ? full.map((g, i) => (i % 2 === 1 ? g : 0)) : full;
        const size = Math.sqrt(slope.reduce((sum, g) => sum + g * g, 0));
        const direction = Float32Array.from(slope, (g) => g / size);
        const difference = async (h: number) =>
          ((await lossAt(name, direction, h)) - (await lossAt(name, direction, -h))) / (2 * h);
        const h = learns ? 0.005 : 0.03;
        const estimate = (4 * (await difference(h / 2)) - (await difference(h))) / 3;
        expect(Math.abs(estimate - size) / Math.max(size, 1e-2), name).toBeLessThan(4e-3);
      }
      await session.release();
    },
  );
});
