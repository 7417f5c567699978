/** Mixtures of bases: whose timestep it is, what is mixed and how, and the slope that reaches the shares. */
import { sgd } from '@topiary/autodiff';
import { lower } from '@topiary/lowering';
import { dataOf, floats, type Graph, scalar, withData } from '@topiary/onnx';
import { graphOf } from '@topiary/pipeline';
import { compile, type Feeds, infer, LossTrainer } from '@topiary/runtime';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import {
  basisOf,
  expertOf,
  intervalOf,
  mixedNames,
  mixtureOf,
} from '../../../../packages/methods/src/procedures/remix-dit/experts.js';
import {
  basesOf,
  EXPERT,
  type Mixer,
  mixtureGraph,
  PULL,
  priorOf,
  SHARES,
  sharesOf,
} from '../../../../packages/methods/src/procedures/remix-dit/mixture.js';
import { diffusionTask, narrowDenoiser } from '../../../helpers/denoiser-task.js';

const base = narrowDenoiser();
const GRAPH = graphOf(base);
const STEPS = 4;
const task = diffusionTask({ base, settings: { steps: STEPS } });
const BATCH = 4;
const [BASES, EXPERTS] = [2, 4];
const MIXED = ['attn.qkv', 'attn.proj', 'mlp.fc1', 'mlp.fc2'];

describe('experts', () => {
  it.each([
    [1000, 20],
    [1000, 30],
    [7, 3],
  ])('share %i timesteps among %i, every one of them by one', (length, experts) => {
    const owners = Array.from({ length }, (_, t) => expertOf(t, experts, length));
    for (let i = 0; i < experts; i += 1) {
      const [from, to] = intervalOf(i, experts, length);
      expect(owners.flatMap((owner, t) => (owner === i ? [t] : []))).toEqual(
        Array.from({ length: to - from }, (_, k) => from + k),
      );
    }
    // t // ⌊1000 / 20⌋ is the paper's rule where it divides
    if (1000 % experts === 0 && length === 1000)
      owners.forEach((owner, t) => void expect(owner).toBe(Math.floor(t / (1000 / experts))));
    expect(owners.at(-1)).toBe(experts - 1);
  });

  it.each([
    [20, 20],
    [20, 4],
    [50, 10],
    [100, 100],
  ])('of %i steps are told in a sampling, and shown in the bank, what is theirs: %i of them', (steps, experts) => {
    const { timesteps } = diffusionTask({ base, settings: { steps } }).trajectory(base)!;
    timesteps.forEach((timestep, i) => {
      // the bank cuts the diffusion into as many stretches as there are steps
      const stretch = steps - 1 - i;
      const [first, last] = [(stretch * 1000) / steps, ((stretch + 1) * 1000) / steps - 1];
      const owner = expertOf(timestep, experts, 1000);
      expect([expertOf(first, experts, 1000), expertOf(last, experts, 1000)]).toEqual([owner, owner]);
    });
  });

  it('begin with the basis of their neighbourhood', () => {
    expect(Array.from({ length: 8 }, (_, i) => basisOf(i, 8, 4))).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect([...priorOf({ experts: 4, bases: 2 })]).toEqual([1, 0, 1, 0, 0, 1, 0, 1]);
  });

  it('have weights and biases of attention and MLP to themselves, and nothing that tells time or class', () => {
    const wanted = [0, 1, 2, 3].flatMap((i) =>
      MIXED.flatMap((layer) => ['weight', 'bias'].map((kind) => `blocks.${i}.${layer}.${kind}`)),
    );
    expect([...mixedNames(GRAPH)].sort()).toEqual(wanted.sort());
  });
});

const mixing = (mixer: Mixer) =>
  mixtureGraph(GRAPH, task.loss(null), {
    ...{ bases: BASES, experts: EXPERTS, mixer, mixerRate: 500, batch: BATCH },
    random: randomFrom('shares'),
  });

/** The composed graph with its learned values as inputs, so that they can be set. */
const opened = async (mixer: Mixer) => {
  const { graph, mixed } = mixing(mixer);
  const names = [SHARES, ...mixed.map(basesOf)];
  const given = names.map((name) => graph.graph.initializers.get(name)!);
  const whole: Graph = {
    ...graph.graph,
    inputs: [...graph.graph.inputs, ...given.map(({ name, type, dims }) => ({ name, type, shape: [...dims] }))],
    initializers: new Map([...graph.graph.initializers].filter(([name]) => !names.includes(name))),
  };
  const session = await compile(lower(whole), { provider: 'cpu', threads: 1 });
  const first: Feeds = Object.fromEntries(
    given.map((one) => [one.name, floats(dataOf(one) as Float32Array, one.dims)]),
  );
  const feeds = (await task.batches(base, { from: 'train', batch: BATCH, steps: 1, seed: 1 }).next()).value!;
  return {
    mixed,
    first,
    batch: feeds,
    loss: async (expert: number, values: Feeds = {}, pull = 0): Promise<number> => {
      const chosen = floats(
        Float32Array.from({ length: EXPERTS }, (_, i) => Number(i === expert)),
        [1, EXPERTS],
      );
      const more = { [EXPERT]: chosen, [PULL]: scalar(pull) };
      return Number((await session.run({ ...feeds, ...first, ...more, ...values }))[graph.loss]!.data[0]);
    },
    release: () => session.release(),
  };
};

/** The task's loss of a network on a batch, by hand. */
const lossOf = async (graph: Graph, batch: Feeds): Promise<number> => {
  const { noise } = await infer(graph, { x: batch['x']!, t: batch['t']!, y: batch['y']! });
  const wanted = batch['drawn:noise']!.data as Float32Array;
  const squares = (noise!.data as Float32Array).map((value, i) => (value - wanted[i]!) ** 2);
  return squares.reduce((a, b) => a + b, 0) / squares.length;
};

/** Bases that differ: the second one is moved by a sine. */
const apart = (first: Feeds, mixed: readonly string[]): Feeds =>
  Object.fromEntries(
    mixed.map((name) => {
      const { data, dims } = first[basesOf(name)]!;
      const size = data.length / BASES;
      return [
        basesOf(name),
        floats(
          (data as Float32Array).map((value, i) => value + (i >= size ? 0.1 * Math.sin(i) : 0)),
          dims,
        ),
      ];
    }),
  );

const withWeights = (bases: Feeds, mixed: readonly string[], share: readonly number[]): Graph => {
  const made = mixed.map((name) => {
    const { dims } = GRAPH.initializers.get(name)!;
    return [name, withData(name, mixtureOf(bases[basesOf(name)]!, share, dims))] as const;
  });
  return { ...GRAPH, initializers: new Map([...GRAPH.initializers, ...made]) };
};

describe('a mixture', () => {
  it('of equal bases is the network, whatever the shares; shares of a softmax add up to 1', async () => {
    const open = await opened('softmax');
    const plain = await lossOf(GRAPH, open.batch);
    for (const expert of [0, 3]) expect(await open.loss(expert)).toBeCloseTo(plain, 5);
    await open.release();
    for (const row of sharesOf('softmax', open.first[SHARES]!.data as Float32Array, BASES))
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it('by one share of 1 is that basis alone', async () => {
    const open = await opened('raw');
    const bases = apart(open.first, open.mixed);
    const shares = floats([1, 0, 0, 1, 1, 0, 0, 1], [EXPERTS, BASES]);
    const [one, other] = [
      await open.loss(0, { ...bases, [SHARES]: shares }),
      await open.loss(1, { ...bases, [SHARES]: shares }),
    ];
    await open.release();
    expect(one).toBeCloseTo(await lossOf(GRAPH, open.batch), 5);
    expect(other).toBeCloseTo(await lossOf(withWeights(bases, open.mixed, [0, 1]), open.batch), 5);
    expect(Math.abs(other - one)).toBeGreaterThan(1e-3);
  });

  it('on the host and then run is what is mixed in the graph', async () => {
    const open = await opened('softmax');
    const bases = apart(open.first, open.mixed);
    const rows = sharesOf('softmax', open.first[SHARES]!.data as Float32Array, BASES);
    for (const expert of [1, 2]) {
      const mixed = withWeights(bases, open.mixed, rows[expert]!);
      expect(await open.loss(expert, bases)).toBeCloseTo(await lossOf(mixed, open.batch), 5);
    }
    await open.release();
  });

  it('is pulled to the prior by the mean over all experts of its cross-entropy', async () => {
    const open = await opened('softmax');
    const rows = sharesOf('softmax', open.first[SHARES]!.data as Float32Array, BASES);
    const entropy = rows.reduce((sum, row, i) => sum - Math.log(row[basisOf(i, EXPERTS, BASES)]!), 0) / EXPERTS;
    expect((await open.loss(0, {}, 1)) - (await open.loss(0, {}, 0))).toBeCloseTo(entropy, 4);
    await open.release();
  });
});

describe('training', () => {
  /** One step of plain descent at rate 1 moves a value by its slope. */
  const stepped = async (expert: number) => {
    const { graph, parameters, mixed } = mixing('softmax');
    const trainer = await LossTrainer.of(graph, {
      ...{ optimizer: sgd({ momentum: 0 }), parameters: parameters.map((one) => ({ ...one, rate: 1 })) },
      ...{ provider: 'cpu', threads: 1 },
    });
    const open = await opened('softmax');
    const bases = apart(open.first, mixed);
    for (const [name, value] of Object.entries(bases)) trainer.setValue(name, value);
    const before = trainer.value(SHARES).data as Float32Array;
    const chosen = floats(
      Float32Array.from({ length: EXPERTS }, (_, i) => Number(i === expert)),
      [1, EXPERTS],
    );
    const basisBefore = trainer.value(basesOf(mixed[0]!)).data as Float32Array;
    await trainer.step({ ...open.batch, [EXPERT]: chosen, [PULL]: scalar(0) }, 1);
    const after = trainer.value(SHARES).data as Float32Array;
    const basisAfter = trainer.value(basesOf(mixed[0]!)).data as Float32Array;
    await trainer.release();
    return { open, bases, before, slope: before.map((value, i) => value - after[i]!), basisBefore, basisAfter };
  };

  it('has a slope at the shares of its expert, as central differences say, and at no others', async () => {
    const expert = 2;
    const { open, bases, before, slope } = await stepped(expert);
    for (let k = 0; k < BASES; k += 1) {
      const at = expert * BASES + k;
      const moved = (by: number) =>
        open.loss(expert, {
          ...bases,
          [SHARES]: floats(
            before.map((value, i) => value + (i === at ? by : 0)),
            [EXPERTS, BASES],
          ),
        });
      const [up, down] = [await moved(0.05), await moved(-0.05)];
      expect(Math.abs(slope[at]!)).toBeGreaterThan(1e-5);
      expect(slope[at]! / ((up - down) / 0.1)).toBeCloseTo(1, 1);
    }
    await open.release();
    slope.forEach((value, i) => {
      if (Math.floor(i / BASES) !== expert) expect(value).toBe(0);
    });
  });

  it('moves every basis by its share', async () => {
    const { open, before, basisBefore, basisAfter } = await stepped(0);
    await open.release();
    const [row] = sharesOf('softmax', before, BASES);
    const size = basisBefore.length / BASES;
    const norm = (k: number) =>
      Math.hypot(...Array.from({ length: size }, (_, i) => basisAfter[k * size + i]! - basisBefore[k * size + i]!));
    expect(norm(0) / norm(1)).toBeCloseTo(row![0]! / row![1]!, 2);
  });
});
