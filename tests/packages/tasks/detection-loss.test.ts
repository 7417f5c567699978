/** The loss of a detector against worked numbers, against the definition read a second time, and against differences. */
import { gradientGraph } from '@topiary/autodiff';
import { floats, type Graph, type GraphBuilder, tensor, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { collect, type Feeds, infer } from '@topiary/runtime';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { type Anchors, anchorsOf } from '../../../packages/tasks/src/detection/anchors.js';
import { arithmetic, type Planes } from '../../../packages/tasks/src/detection/loss/_planes.js';
import { assign } from '../../../packages/tasks/src/detection/loss/assign.js';
import { assignOnHost, ciouOf, type HostTruth } from '../../../packages/tasks/src/detection/loss/assign-on-host.js';
import { ciou } from '../../../packages/tasks/src/detection/loss/ciou.js';
import { detectionLoss } from '../../../packages/tasks/src/detection/loss/detection-loss.js';
import { BOXES, CLASSES, VALID } from '../../../packages/tasks/src/detection/loss/inputs.js';
import type { Corners, Head } from '../../../packages/tasks/src/detection/types.js';
import { CELLS, decoded, overlapOf, type Raw, SMALL } from './detection-by-hand.js';

const CPU = { provider: 'cpu', threads: 1 } as const;

/** CIoU of rows of boxes, and its slope by the first of them. */
const graphCiou = async (first: readonly Corners[], second: readonly Corners[]) => {
  const n = first.length;
  const b = createBuilder();
  const names = ['a', 'b'].map((box) => b.input(box, 'float32', ['N', 4]));
  for (const [i, name] of names.entries()) b.output(b.op('Identity', [name]), `box${i}`);
  const loss = {
    id: 'ciou',
    build: ({ b: c, outputs }: { b: GraphBuilder; outputs: readonly string[] }) => {
      const planes = outputs.map((box) => arithmetic(c).parts(box, 4, 1) as unknown as Planes);
      const value = ciou(c, planes[0]!, planes[1]!);
      c.output(value, 'each');
      return { loss: c.op('ReduceSum', [value], {}), metrics: {} };
    },
    perExample: () => null,
    sampled: () => null,
  };
  const graph = gradientGraph(b.build('boxes'), { loss, batch: n, wrt: ['box0'] });
  const feeds = { a: floats(first.flat(), [n, 4]), b: floats(second.flat(), [n, 4]) };
  const { totals } = await collect(b.build('boxes'), graph, [feeds], CPU);
  return { values: [...totals.get('each')!], slope: [...totals.get(graph.gradients.get('box0')!)!] };
};

describe('CIoU', () => {
  const cases: readonly (readonly [Corners, Corners, number])[] = [
    [[0, 0, 10, 10], [5, 5, 15, 15], 0.031746],
    [[0, 0, 10, 20], [0, 0, 20, 10], 0.2370817],
    [[0, 0, 10, 10], [20, 0, 30, 10], -0.4],
  ];

  it('has the worked values, in the graph and on the host', async () => {
    const { values } = await graphCiou(
      cases.map(([a]) => a),
      cases.map(([, b]) => b),
    );
    cases.forEach(([a, b, expected], i) => {
      expect(values[i]).toBeCloseTo(expected, 6);
      expect(ciouOf(a, b)).toBeCloseTo(expected, 6);
    });
  });

  it('has the worked slope, its weight held', async () => {
    // both boxes begin at 0: there PyTorch takes the mean of the slopes on either side, and we take one of them
    const near = [-1e-4, 1e-4].map((d): Corners => [d, d, 10, 20]);
    const { slope } = await graphCiou(near, [cases[1]![1], cases[1]![1]]);
    [0.000491, -0.016826, 0.032668, -0.016334].forEach((expected, i) => {
      expect((slope[i]! + slope[4 + i]!) / 2).toBeCloseTo(expected, 5);
    });
  });
});

const A = CELLS.count;
const TRUTHS: readonly HostTruth[] = [
  { box: [2, 2, 22, 22], class: 0 },
  { box: [11, 9, 31, 27], class: 1 },
];
const SCORES = Float32Array.from({ length: 2 * A }, (_, i) => (i < A ? 0.2 + 0.02 * i : 0.5 - 0.01 * (i - A)));

/** Two objects and one row of padding. */
const truthFeeds = (pictures: readonly (readonly HostTruth[])[], rows = 3): Feeds => {
  const n = pictures.length;
  const padded = pictures.map((truths) =>
    Array.from({ length: rows }, (_, i) => truths[i] ?? { box: [0, 0, 1, 1] as Corners, class: 0 }),
  );
  const flat = padded.flat();
  return {
    [BOXES]: floats(
      flat.flatMap(({ box }) => box),
      [n, rows, 4],
    ),
    [CLASSES]: tensor(
      'int32',
      [n, rows],
      Int32Array.from(flat, (one) => one.class),
    ),
    [VALID]: floats(
      pictures.flatMap((truths) => Array.from({ length: rows }, (_, i) => Number(i < truths.length))),
      [n, rows],
    ),
  };
};

interface Case {
  readonly anchors: Anchors;
  readonly truths: readonly HostTruth[];
  /** [A] of corners, and [K, A]. */
  readonly boxes: readonly Corners[];
  readonly scores: Float32Array;
  readonly topK: number;
  readonly rows: number;
}

/** The graph's answer as the host gives it: cell, class target. */
const assigned = async ({ anchors, truths, boxes, scores, topK, rows }: Case) => {
  const [count, classes] = [anchors.count, scores.length / anchors.count];
  const b = createBuilder();
  const planes = b.input('found', 'float32', [1, 4, count]);
  b.input('scores', 'float32', [1, classes, count]);
  b.input(BOXES, 'float32', [1, 'G', 4]);
  b.input(CLASSES, 'int32', [1, 'G']);
  b.input(VALID, 'float32', [1, 'G']);
  const found = arithmetic(b).parts(planes, 4, 1) as unknown as Planes;
  const made = assign(
    b,
    anchors,
    { boxes: BOXES, labels: CLASSES, valid: VALID },
    { boxes: found, scores: 'scores' },
    topK,
  );
  b.output(made.targets, 'targets');
  b.output(made.positive, 'positive');
  for (const [i, plane] of made.boxes.entries()) b.output(plane, `box${i}`);
  const columns = [0, 1, 2, 3].flatMap((side) => boxes.map((box) => box[side]!));
  const feeds = {
    ...truthFeeds([truths], rows),
    found: floats(columns, [1, 4, count]),
    scores: floats(scores, [1, classes, count]),
  };
  const results = await infer(b.build('assign'), feeds, CPU);
  const of = (name: string) => toNumbers(results[name]!);
  return { targets: of('targets'), positive: of('positive'), boxes: [0, 1, 2, 3].map((i) => of(`box${i}`)) };
};

describe('the assigner', () => {
  const boxes = Array.from({ length: A }, (_, a): Corners => {
    const [x, y] = [CELLS.x[a]! * 8, CELLS.y[a]! * 8];
    return [x - 7, y - 8, x + 9, y + 6 + a / 8];
  });
  const golden: Case = { anchors: CELLS, truths: TRUTHS, boxes, scores: SCORES, topK: 3, rows: 3 };
  const expected = new Map([
    [4, [0, 0.008383]],
    [5, [0, 0.583157]],
    [9, [0, 0.0073]],
    [6, [1, 0.007285]],
    [10, [1, 0.655738]],
  ] as const);

  it('gives the worked targets on the host', () => {
    const found = assignOnHost(CELLS, TRUTHS, { boxes, scores: SCORES }, 3);
    expect(found.map(({ anchor }) => anchor)).toEqual([4, 5, 6, 9, 10]);
    for (const { anchor, truth, target } of found) {
      expect(truth).toBe(expected.get(anchor as 4)![0]);
      expect(target).toBeCloseTo(expected.get(anchor as 4)![1], 5);
    }
  });

  it('gives the worked targets in the graph, and leaves padding and background alone', async () => {
    const { targets, positive, boxes: own } = await assigned(golden);
    expect(targets.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1.261863, 5);
    for (let a = 0; a < A; a += 1) {
      const one = expected.get(a as 4);
      expect(positive[a]).toBe(one ? 1 : 0);
      for (const k of [0, 1]) expect(targets[k * A + a]).toBeCloseTo(one?.[0] === k ? one[1] : 0, 5);
      const box = one ? TRUTHS[one[0]]!.box : boxes[a]!;
      for (const side of [0, 1, 2, 3]) expect(own[side]![a]).toBeCloseTo(box[side]!, 4);
    }
  });

  it('agrees with the host on drawn pictures of three scales', async () => {
    const anchors = anchorsOf({ size: 64, strides: [8, 16, 32] });
    let answering = 0;
    for (let round = 0; round < 20; round += 1) {
      const random = randomFrom(`assigner/${round}`);
      const corner = (): Corners => {
        const [x, y] = [random.between(0, 50), random.between(0, 50)];
        return [x, y, x + random.between(4, 40), y + random.between(4, 40)].map(Math.fround) as unknown as Corners;
      };
      const truths = Array.from({ length: round % 6 }, () => ({ box: corner(), class: random.below(3) }));
      const found = Array.from({ length: anchors.count }, (_, a): Corners => {
        const [x, y] = [anchors.x[a]! * anchors.stride[a]!, anchors.y[a]! * anchors.stride[a]!];
        const side = () => random.between(2, 24);
        return [x - side(), y - side(), x + side(), y + side()].map(Math.fround) as unknown as Corners;
      });
      const scores = Float32Array.from({ length: 3 * anchors.count }, () => random.unit());
      const host = assignOnHost(anchors, truths, { boxes: found, scores });
      const graph = await assigned({ anchors, truths, boxes: found, scores, topK: 10, rows: 6 });
      const wanted = new Float64Array(scores.length);
      for (const { anchor, truth, target } of host) wanted[truths[truth]!.class * anchors.count + anchor] = target;
      graph.targets.forEach((value, i) => {
        expect(value).toBeCloseTo(wanted[i]!, 5);
      });
      // a cell whose t is too small for single precision answers in neither
      const places = graph.positive.flatMap((one, a) => (one === 1 ? [a] : []));
      expect(places).toEqual(host.map(({ anchor }) => anchor));
      answering += places.length;
    }
    expect(answering).toBeGreaterThan(200);
  });
});

/** A network whose raw outputs are its inputs. */
const passes = (head: Head, batch: 'N' | number = 'N'): Graph => {
  const b = createBuilder();
  const { count } = anchorsOf(head);
  const [boxes, scores] = [
    b.input('raw-boxes', 'float32', [batch, 4 * head.bins, count]),
    b.input('raw-scores', 'float32', [batch, head.classes, count]),
  ];
  b.output(b.op('Identity', [boxes]), 'boxes');
  b.output(b.op('Identity', [scores]), 'scores');
  return b.build('passes');
};

const logit = (p: number) => Math.log(p / (1 - p));

describe('the whole loss', () => {
  const feeds: Feeds = {
    'raw-boxes': floats(new Float32Array(16 * A), [1, 16, A]),
    'raw-scores': floats(Float32Array.from(SCORES, logit), [1, 2, A]),
    ...truthFeeds([TRUTHS]),
  };
  const run = async (own: boolean, given: Feeds = feeds, batch = 1, head = SMALL) => {
    const loss = detectionLoss({ head });
    const graph = gradientGraph(passes(head), {
      loss: own ? loss.perExample()! : loss,
      batch,
      wrt: ['boxes', 'scores'],
    });
    const { totals } = await collect(passes(head), graph, [given], CPU);
    const of = (name: string) => totals.get(name)![0]!;
    return {
      loss: of(graph.loss),
      metrics: Object.fromEntries(Object.entries(graph.metrics).map(([name, output]) => [name, of(output)])),
      slopes: ['boxes', 'scores'].map((name) => [...totals.get(graph.gradients.get(name)!)!]),
      graph,
    };
  };

  it('has the worked terms and the worked norm of the gradient', async () => {
    const { loss, metrics, slopes } = await run(false);
    expect(metrics['positives']).toBe(11);
    expect(metrics['box']).toBeCloseTo(0.367526, 5);
    expect(metrics['class']).toBeCloseTo(11.464857, 4);
    expect(metrics['dfl']).toBeCloseTo(Math.log(4), 5);
    expect(loss).toBeCloseTo(10.568317, 4);
    const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
    expect(norm(slopes[1]!)).toBeCloseTo(0.749016, 5);
    expect(norm(slopes.flat())).toBeCloseTo(1.475199, 5);
  });

  /** The same in double precision, with who answers for what and CIoU's weight as they are at `at`. */
  const host = (at: Raw, truths: readonly (readonly HostTruth[])[], own: boolean) => {
    const fixed = truths.map((objects, n) => {
      const { boxes, scores } = decoded(at, n);
      return assignOnHost(CELLS, objects, { boxes, scores: Float32Array.from(scores) }).map((one) => {
        const wanted = objects[one.truth]!.box;
        const [iou, v] = overlapOf(wanted, boxes[one.anchor]!);
        return { ...one, wanted, label: objects[one.truth]!.class, alpha: v / (v - iou + 1) };
      });
    });
    const totals = fixed.map((list) => list.reduce((sum, { target }) => sum + target, 0));
    const z = (n: number) => Math.max(1, own ? totals[n]! : totals.reduce((sum, one) => sum + one, 0));
    return (raw: Raw): number =>
      fixed.reduce((sum, list, n) => {
        const { boxes, logits, log } = decoded(raw, n);
        let value = 0;
        for (const { anchor, target, wanted, alpha } of list) {
          const box = boxes[anchor]!;
          const [iou, v, distance] = overlapOf(wanted, box);
          const [x, y] = [CELLS.x[anchor]!, CELLS.y[anchor]!];
          const sides = [x - wanted[0] / 8, y - wanted[1] / 8, wanted[2] / 8 - x, wanted[3] / 8 - y];
          const dfl = sides.map((side, s) => {
            const t = Math.min(Math.max(side, 0), SMALL.bins - 1 - 0.01);
            const floor = Math.floor(t);
            return -(1 - (t - floor)) * log(s, floor, anchor) - (t - floor) * log(s, floor + 1, anchor);
          });
          value += 7.5 * target * (1 - (iou - distance - alpha * v));
          value += 1.5 * target * (dfl.reduce((a, b) => a + b, 0) / 4);
        }
        logits.forEach((x, i) => {
          const own = list.find(({ anchor, label }) => anchor === i % A && label === Math.floor(i / A));
          value += 0.5 * (Math.max(x, 0) - x * (own?.target ?? 0) + Math.log1p(Math.exp(-Math.abs(x))));
        });
        return sum + value / z(n) / (own ? fixed.length : 1);
      }, 0);
  };

  it.each([false, true])('has the slopes of central differences, each picture by itself: %s', async (own) => {
    const pictures = [TRUTHS, [], [{ box: [4, 5, 30, 20] as Corners, class: 1 }]];
    const random = randomFrom('slopes');
    const raw: Raw = {
      boxes: Float64Array.from({ length: 3 * 16 * A }, () => Math.fround(random.between(-1.5, 1.5))),
      scores: Float64Array.from({ length: 3 * 2 * A }, () => Math.fround(random.between(-3, 1))),
    };
    const given = {
      'raw-boxes': floats(Float32Array.from(raw.boxes), [3, 16, A]),
      'raw-scores': floats(Float32Array.from(raw.scores), [3, 2, A]),
      ...truthFeeds(pictures),
    };
    const { loss, slopes } = await run(own, given, 3);
    const value = host(raw, pictures, own);
    expect(loss).toBeCloseTo(value(raw), 4);
    for (const [k, key] of (['boxes', 'scores'] as const).entries()) {
      let [apart, size] = [0, 0];
      for (let trial = 0; trial < 8; trial += 1) {
        const direction = Float64Array.from(raw[key], () => random.between(-1, 1));
        const along = (h: number) =>
          value({ ...raw, [key]: Float64Array.from(raw[key], (x, i) => x + h * direction[i]!) });
        const central = (h: number) => (along(h) - along(-h)) / (2 * h);
        const measured = (4 * central(5e-4) - central(1e-3)) / 3;
        const claimed = slopes[k]!.reduce((sum, slope, i) => sum + slope * direction[i]!, 0);
        apart += (claimed - measured) ** 2;
        size += measured ** 2;
      }
      expect(Math.sqrt(apart / size), key).toBeLessThan(1e-4);
    }
  });

  it('is finite where no picture has an object, and asks for nothing but silence', async () => {
    const { loss, metrics, slopes } = await run(false, { ...feeds, ...truthFeeds([[]]) });
    expect(metrics).toMatchObject({ positives: 0, box: 0, dfl: 0 });
    expect(Number.isFinite(loss)).toBe(true);
    expect(slopes[0]!.every((slope) => slope === 0)).toBe(true);
    expect(slopes[1]!.every((slope) => slope > 0)).toBe(true);
  });

  it('gives each picture its own normaliser, which depends on no other', async () => {
    const twice = { ...feeds, ...truthFeeds([TRUTHS, []]) };
    const doubled = (name: string, dims: number[]) =>
      floats([...toNumbers(feeds[name]!), ...toNumbers(feeds[name]!)], dims);
    const pair = {
      ...twice,
      'raw-boxes': doubled('raw-boxes', [2, 16, A]),
      'raw-scores': doubled('raw-scores', [2, 2, A]),
    };
    const [alone, empty] = [await run(true), await run(true, { ...feeds, ...truthFeeds([[]]) })];
    expect((await run(true, pair, 2)).loss).toBeCloseTo((alone.loss + empty.loss) / 2, 5);
    expect(alone.loss).toBeCloseTo((await run(false)).loss, 5);
  });

  it('has no labels that a network could draw', () => {
    expect(detectionLoss().sampled()).toBeNull();
    expect(detectionLoss().perExample()!.id).toBe('detection-per-picture');
  });
});
