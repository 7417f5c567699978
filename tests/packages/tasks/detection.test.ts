/**
 * The detection task end to end on a narrow network: training lowers the loss and raises mAP, a cut keeps the raw outputs,
 * batches are the same everywhere, an exported file is read like one of ours, bad input is refused by name.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adamw, constant } from '@topiary/autodiff';
import { standard } from '@topiary/lowering';
import { assertLoss, statisticOf } from '@topiary/methods';
import { decode, encode, floats, type Graph, toNumbers } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { graphOf, type Pipeline, single } from '@topiary/pipeline';
import { applyPlan, findGroups, plan, type Scores } from '@topiary/pruning';
import { compile, Trainer, train, withConstants } from '@topiary/runtime';
import { type Compute, taskOf } from '@topiary/tasks';
import { buildModel, drawBoxShapes, materialize, modelOf, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { bindDetector, type DetectionData } from '../../../packages/tasks/src/detection/bound.js';
import { decoded } from '../../../packages/tasks/src/detection/decoded.js';
import { Augmentation } from '../../../packages/tasks/src/detection/frame.js';
import { BOXES, CLASSES, VALID } from '../../../packages/tasks/src/detection/loss/inputs.js';
import { formOf } from '../../../packages/tasks/src/detection/network.js';
import { anchorfree } from '../../../packages/zoo/src/models/_anchorfree.js';
import { runOnnx } from '../../helpers/onnxruntime.js';

const CPU = { provider: 'cpu', threads: 1 } as const;
const SIDE = 64;

const compute: Compute = {
  pause: async () => undefined,
  open: async (pipeline) => {
    const session = await compile(graphOf(pipeline), CPU);
    return { run: (_, feeds) => session.run(feeds), release: () => session.release() };
  },
};

/** A member so narrow that it learns in seconds. */
const narrow = (classes = 6, momentum = 0.1): Graph => {
  const build = anchorfree({ depth: 0.33, width: 0.125, widest: 128, classes, bins: 4, size: SIDE, momentum });
  const model = { ...modelOf('anchorfree-tiny'), input: [3, SIDE, SIDE] as const, classes, build };
  return materialize(buildModel(model), 1);
};

const dataOf = (augmentation: Partial<Augmentation> = {}): DetectionData => {
  const draw = (split: string, length: number) =>
    drawBoxShapes({
      split,
      length,
      side: SIDE,
      difficulty: { contrast: 120, noise: 4, overlap: 0, clutter: 0, least: 12 },
    });
  return {
    train: draw('train', 40),
    test: draw('test', 20),
    showcase: draw('showcase', 3),
    augmentation: Augmentation.parse(augmentation),
    evaluationBatch: 8,
  };
};

const base = narrow();
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

describe('an exported detector', () => {
  // written by PyTorch's exporter: scripts/bench/peers/detector.py export … --width .01 --widest 512 --classes 2 --bins 4 --size 64
  const bytes = readFileSync(join(import.meta.dirname, '../../data/detector-export.onnx'));

  it('is cut at its raw heads, and decodes to what the file says', async () => {
    const { cutAtRawHeads } = await import('../../../packages/tasks/src/detection/raw-heads.js');
    const { readModel } = await import('@topiary/zoo');
    const file = await withConstants((evaluate) => readModel(bytes, { evaluate }));
    expect(formOf(file, 2)).toEqual({ kind: 'decoded', size: 64, classes: 2 });
    const raw = cutAtRawHeads(file, 2)!;
    const form = formOf(raw, 2);
    expect(form).toMatchObject({ kind: 'raw', head: { size: 64, bins: 4, classes: 2 } });
    const groups = findGroups(raw);
    expect(groups.groups.length).toBe(51);
    expect(groups.fixed.length).toBe(6);
    const random = randomFrom('export');
    const images = floats(
      Float32Array.from({ length: 2 * 3 * 64 * 64 }, () => random.unit()),
      [2, 3, 64, 64],
    );
    const theirs = toNumbers((await runOnnx(bytes, { images }))['output0']!);
    const whole = form.kind === 'raw' ? decoded(raw, form.head) : raw;
    const ours = toNumbers((await runOnnx(encode(standard(whole)), { images }))['output0']!);
    const scale = Math.max(...theirs.map(Math.abs));
    ours.forEach((value, i) => {
      expect(Math.abs(value - theirs[i]!) / scale).toBeLessThan(1e-5);
    });
  });

  it('can be trained once it is cut', async () => {
    const { cutAtRawHeads } = await import('../../../packages/tasks/src/detection/raw-heads.js');
    const { readModel } = await import('@topiary/zoo');
    const raw = cutAtRawHeads(await withConstants((evaluate) => readModel(bytes, { evaluate })), 2)!;
    const two = {
      ...dataOf(),
      ...Object.fromEntries(['train', 'test', 'showcase'].map((split) => [split, halved(dataOf()[split as 'train'])])),
    };
    const own = bindDetector(two, formOf(raw, 2));
    const trainer = await Trainer.create(raw, { ...CPU, loss: own.loss(null), optimizer: adamw(), batch: 4 });
    const losses: number[] = [];
    for await (const feeds of own.batches(single(raw), { from: 'train', batch: 4, steps: 20, seed: 0 }))
      losses.push((await trainer.step(feeds, 2e-3)).loss);
    await trainer.release();
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  }, 300_000);

  /** The same pictures with two classes. */
  const halved = (split: DetectionData['train']): DetectionData['train'] => ({
    ...split,
    classes: ['round', 'angular'],
    pictures: split.pictures.map((picture) => ({
      ...picture,
      truths: picture.truths.map((truth) => ({ ...truth, class: Number(truth.class > 1) })),
    })),
  });
});

describe('bad input', () => {
  const read = (graph: Graph) =>
    taskOf('detection').read({
      files: new Map([['network', encode(standard(graph))]]),
      schedule: null,
      dataset: 'shapes-det',
      dataDir: '',
      withConstants,
    });

  it('of another number of classes is refused', async () => {
    await expect(read(narrow(4))).rejects.toThrow(/scores of 6 classes.*4/s);
    const named = { ...narrow(6), metadata: { names: "{0: 'disc', 1: 'ring'}" } };
    await expect(read(named)).rejects.toThrow(expect.objectContaining({ code: 'TOPIARY_ZOO_CLASSES' }));
  });

  it('that speaks of another task, or in no literal, is refused', async () => {
    await expect(read({ ...base, metadata: { task: 'segment' } })).rejects.toThrow(/metadata task.*detect.*segment/s);
    await expect(read({ ...base, metadata: { names: '__import__("os")' } })).rejects.toThrow(/metadata names/);
  });

  it('with suppression inside is refused with the cure', async () => {
    const b = decode(encode(standard(base)));
    const node = {
      op: 'NonMaxSuppression',
      domain: '',
      name: 'nms',
      inputs: ['boxes', 'scores'],
      outputs: ['kept'],
      attributes: {},
    };
    const graph = { ...b, nodes: [...b.nodes, node] };
    const files = new Map([['network', encode(graph)]]);
    const asked = taskOf('detection').read({
      files,
      schedule: null,
      dataset: 'shapes-det',
      dataDir: '',
      withConstants,
    });
    await expect(asked).rejects.toThrow(/NonMaxSuppression.*nms=False/s);
  });

  it('decoded in a way that is not known can be evaluated and not trained', () => {
    const form = { kind: 'decoded', size: SIDE, classes: 6 } as const;
    expect(() => bindDetector(dataOf(), form).loss(null)).toThrow(/raw boxes and scores.*nms=False/s);
  });
});
