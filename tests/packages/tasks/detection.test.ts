import { adamw, constant } from '@topiary/autodiff';
import { assertLoss, statisticOf } from '@topiary/methods';
import { type Graph, toNumbers } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { graphOf, type Pipeline, single } from '@topiary/pipeline';
import { applyPlan, findGroups, plan, type Scores } from '@topiary/pruning';
import { compile, Trainer, train } from '@topiary/runtime';
import type { Compute } from '@topiary/tasks';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { bindDetector, type DetectionData } from '../../../packages/tasks/src/detection/bound.js';
import { BOXES, CLASSES, VALID } from '../../../packages/tasks/src/detection/loss/inputs.js';
import { formOf } from '../../../packages/tasks/src/detection/network.js';
import { base, CPU, dataOf, SIDE } from './narrow-detector.js';

const compute: Compute = {
  pause: async () => undefined,
  open: async (pipeline) => {
    const session = await compile(graphOf(pipeline), CPU);
    return { run: (_, feeds) => session.run(feeds), release: () => session.release() };
  },
};

const task = bindDetector(dataOf(), formOf(base, 6));

/** Random pruning's scores. */
const scoresOf = (graph: Graph): Scores => {
  const random = randomFrom('scores');
  return new Map(
    findGroups(graph).groups.map(({ id, channels }) => [
      id,
      Float64Array.from({ length: channels }, () => random.unit()),
    ]),
  );
};

const trained = async (pipeline: Pipeline, steps: number): Promise<{ pipeline: Pipeline; losses: Float32Array }> => {
  const options = {
    ...CPU,
    loss: task.loss(null),
    optimizer: adamw(),
    batch: 8,
    weightDecay: 5e-4,
    clip: 10,
    ema: 0.9,
  };
  const trainer = await Trainer.create(graphOf(pipeline), options);
  const batches = task.batches(pipeline, { from: 'train', batch: 8, steps, seed: 0 });
  const { losses } = await train(trainer, {
    steps,
    schedule: constant(4e-3),
    batch: async () => (await batches.next()).value!,
  });
  const graph = trainer.export();
  await trainer.release();
  return { pipeline: single(graph), losses };
};

describe('a detector', () => {
  it('learns, is cut to half its MACs, learns again, and is shown', async () => {
    const dense = await trained(single(base), 120);
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(dense.losses.subarray(100))).toBeLessThan(0.7 * mean(dense.losses.subarray(0, 10)));
    const before = await task.evaluate(single(base), 'held', compute);
    const after = await task.evaluate(dense.pipeline, 'test', compute);
    expect(before.values['map50']).toBeLessThan(1);
    expect(after.values['map50']).toBeGreaterThan(3);
    expect(after).toMatchObject({ n: 20, answers: { metric: 'map50-95' } });
    expect(after.answers!.values.length).toBe(1000);
    const classes = Object.entries(after.values).filter(([id]) => id.startsWith('map50-95:'));
    expect(classes.map(([id]) => id.split(':')[1])).toEqual(['disc', 'ring', 'rectangle', 'frame', 'triangle', 'plus']);
    const sum = classes.reduce((total, [, value]) => total + value, 0);
    expect(sum / classes.length).toBeCloseTo(after.values['map50-95']!, 9);

    const graph = graphOf(dense.pipeline);
    const found = findGroups(graph);
    const target = { value: 2, counter: 'published' } as const;
    const cut = applyPlan(graph, found, plan(found, scoresOf(graph), { target, scope: 'local', protection: 0.1 }));
    expect(count(graph).published / count(cut.graph).published).toBeGreaterThanOrEqual(2);
    expect(cut.graph.outputs.map(({ shape }) => shape)).toEqual(graph.outputs.map(({ shape }) => shape));
    const tuned = await trained(single(cut.graph), 40);
    expect(mean(tuned.losses.subarray(30))).toBeLessThan(mean(tuned.losses.subarray(0, 5)));

    await task.evaluate(tuned.pipeline, 'test', compute);
    const facts = await task.show(tuned.pipeline, dense.pipeline, compute);
    expect(facts.map(({ view }) => view)).toEqual([
      'boxes',
      'precision-recall',
      'average-precision',
      'confusion',
      'parts',
    ]);
    const read = (view: string) => JSON.parse(new TextDecoder().decode(facts.find((one) => one.view === view)!.bytes));
    expect(read('boxes').pictures).toHaveLength(3);
    expect(read('precision-recall')).toMatchObject({
      split: 'test',
      pictures: 20,
      curves: { base: expect.anything() },
    });
    for (const unit of await task.units(tuned.pipeline, compute, 1)) {
      expect(Object.keys(await unit.run(0))).toEqual(['network', 'decode', 'nms']);
      await unit.release();
    }
    for (const probe of task.probes) await probe.run(tuned.pipeline, compute);
  }, 300_000);
});

describe('batches', () => {
  const taken = async (data: DetectionData, request: Partial<Parameters<typeof task.batches>[1]> = {}) => {
    const own = bindDetector(data, formOf(base, 6));
    const all = [];
    for await (const one of own.batches(single(base), { from: 'train', batch: 4, steps: 3, seed: 5, ...request }))
      all.push(one);
    return all;
  };

  it('are the same for the same seed and others for another, with boxes inside the square', async () => {
    const drawn = {
      flip: 0.5,
      flipVertical: 0.5,
      scale: [0.5, 1.5] as [number, number],
      shift: 0.2,
      hsv: [0.1, 0.5, 0.5] as [number, number, number],
      mosaic: 0.5,
    };
    const [once, again, other] = [
      await taken(dataOf(drawn)),
      await taken(dataOf(drawn)),
      await taken(dataOf(drawn), { seed: 6 }),
    ];
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
    let objects = 0;
    for (const feeds of once) {
      const [boxes, valid] = [toNumbers(feeds[BOXES]!), toNumbers(feeds[VALID]!)];
      valid.forEach((one, g) => {
        if (one === 0) return;
        const [x0, y0, x1, y1] = boxes.slice(4 * g, 4 * g + 4) as [number, number, number, number];
        expect(Math.min(x0, y0, SIDE - x1, SIDE - y1)).toBeGreaterThanOrEqual(0);
        expect(Math.min(x1 - x0, y1 - y0)).toBeGreaterThan(2);
        objects += 1;
      });
    }
    expect(objects).toBeGreaterThan(10);
  });

  it('mirror the boxes with the picture', async () => {
    const [plain, mirrored] = [await taken(dataOf(), { steps: 1 }), await taken(dataOf({ flip: 1 }), { steps: 1 })];
    const pixels = (feeds: (typeof plain)[number]) => toNumbers(feeds[graphInput]!);
    const [a, b] = [pixels(plain[0]!), pixels(mirrored[0]!)];
    for (let row = 0; row < 4 * 3 * SIDE; row += 1) {
      expect(b.slice(row * SIDE, (row + 1) * SIDE)).toEqual(a.slice(row * SIDE, (row + 1) * SIDE).reverse());
    }
    const [from, to] = [toNumbers(plain[0]![BOXES]!), toNumbers(mirrored[0]![BOXES]!)];
    toNumbers(plain[0]![VALID]!).forEach((one, g) => {
      if (one === 0) return;
      expect(to[4 * g]).toBeCloseTo(SIDE - from[4 * g + 2]!, 4);
      expect(to[4 * g + 2]).toBeCloseTo(SIDE - from[4 * g]!, 4);
    });
    expect(mirrored[0]![CLASSES]).toEqual(plain[0]![CLASSES]);
  });

  const graphInput = base.inputs[0]!.name;
});

describe('methods', () => {
  it('find a loss, one for each picture, and none whose labels a detector could draw', () => {
    const loss = task.loss(null);
    expect(() => assertLoss([statisticOf('gradient'), statisticOf('squared-gradient')], loss)).not.toThrow();
    expect(() => assertLoss([statisticOf('fisher')], loss, 'criterion obd-c')).toThrow(
      expect.objectContaining({ code: 'TOPIARY_METHODS_CANNOT_SERVE' }),
    );
  });

  it('are refused what only a classifier can be trained by', () => {
    const settings = { distillation: 'none', labelSmoothing: 0, mixup: 0.2, cutmix: 0 } as Parameters<
      typeof task.loss
    >[0];
    expect(() => task.loss(settings)).toThrow(expect.objectContaining({ code: 'TOPIARY_TASKS_CANNOT_SERVE' }));
  });
});
