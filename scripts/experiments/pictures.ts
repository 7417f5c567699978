/**
 * The decoder beside torchvision's standard transforms, pixel by pixel, and how long a training waits for its pictures.
 * Command: PYTHON=/usr/bin/python3 npx tsx scripts/experiments/pictures.ts
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { constant, crossEntropy, sgd } from '@topiary/autodiff';
import type { Graph } from '@topiary/onnx';
import { Trainer, train } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';
import { batches, buildModel, datasetNamed, materialize, modelOf, randomFrom, type Split } from '@topiary/zoo';
import { type Box, decodePicture, drawBox, evaluationFraming } from '../../packages/zoo/src/decode.js';
import { table } from '../bench/summary.js';
import { writeResults } from './results.js';
import { sample } from './samples.js';

const PEER = resolve(import.meta.dirname, '../bench/peers/pictures.py');
const SIDE = 224;
const EACH = 30;
const FOLDERS = [
  ['bccd-voc/JPEGImages', '.jpg'],
  ['nuclei-sa1b', '.png'],
] as const;

const filesOf = async ([folder, end]: (typeof FOLDERS)[number]): Promise<string[]> =>
  (await readdir(sample(folder)))
    .filter((name) => name.endsWith(end))
    .sort()
    .slice(0, EACH)
    .map((name) => sample(folder, name));

/** Answers of a fixed number of bytes, after one line of greeting. */
const reader = (child: ChildProcessWithoutNullStreams) => {
  const pieces = child.stdout[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  const more = async () => {
    const { value, done } = await pieces.next();
    if (done) throw new Error(`${PEER} ended early`);
    rest = Buffer.concat([rest, value as Buffer]);
  };
  return {
    line: async () => {
      while (!rest.includes(10)) await more();
      const at = rest.indexOf(10);
      const line = rest.subarray(0, at).toString();
      rest = rest.subarray(at + 1);
      return line;
    },
    bytes: async (length: number) => {
      while (rest.length < length) await more();
      const found = rest.subarray(0, length);
      rest = rest.subarray(length);
      return found;
    },
  };
};

interface Difference {
  readonly kind: string;
  readonly format: string;
  readonly pictures: number;
  /** Of 255. */
  readonly mean: number;
  readonly largest: number;
  /** Share of bytes that differ by more than two. */
  readonly beyondTwo: number;
}

const compare = async (): Promise<{ peer: string; differences: Difference[] }> => {
  const child = spawn(process.env['PYTHON'] ?? 'python3', [PEER]);
  child.stderr.pipe(process.stderr);
  const from = reader(child);
  const peer = await from.line();
  const random = randomFrom('pictures');
  const differences: Difference[] = [];
  for (const folder of FOLDERS) {
    const files = await filesOf(folder);
    for (const kind of ['evaluation', 'training'] as const) {
      let [sum, largest, beyond, n] = [0, 0, 0, 0];
      for (const path of files) {
        const out = new Uint8Array(3 * SIDE * SIDE);
        let box: Box | null = null;
        await decodePicture(
          path,
          (width, height) => {
            const whole = evaluationFraming(width, height, SIDE);
            if (kind === 'evaluation') return whole;
            box = drawBox(random, width, height);
            const square = { left: 0, top: 0, width: SIDE, height: SIDE };
            return { from: box, size: square, cut: square, mirrored: false };
          },
          out,
        );
        child.stdin.write(`${JSON.stringify({ path, side: SIDE, box })}\n`);
        const theirs = await from.bytes(out.length);
        for (let p = 0; p < SIDE * SIDE; p += 1) {
          for (let c = 0; c < 3; c += 1) {
            const difference = Math.abs(theirs[3 * p + c]! - out[c * SIDE * SIDE + p]!);
            sum += difference;
            largest = Math.max(largest, difference);
            if (difference > 2) beyond += 1;
            n += 1;
          }
        }
      }
      differences.push({
        kind,
        format: folder[1],
        pictures: files.length,
        mean: sum / n,
        largest,
        beyondTwo: beyond / n,
      });
    }
  }
  child.stdin.end();
  return { peer, differences };
};

interface Wait {
  readonly model: string;
  readonly data: string;
  readonly batch: number;
  readonly steps: number;
  readonly msPerStep: number;
  /** Ratio of the time of the steps after the first call; nothing can be read before that one is asked for. */
  readonly waiting: number;
}

const waitOf = async (model: Graph, data: string, split: Split, batch: number, steps: number): Promise<Wait> => {
  const trainer = await Trainer.create(model, {
    provider: 'cpu',
    loss: crossEntropy(),
    optimizer: sgd({ momentum: 0.9 }),
    batch,
  });
  let [began, waited] = [0, 0];
  const source = batches(split, {
    batch,
    steps: steps + 1,
    seed: 0,
    augment: { crop: 4, flip: true },
    onWait: (ms) => {
      waited += ms;
    },
  });
  await train(trainer, {
    steps: steps + 1,
    schedule: constant(0.001),
    batch: async () => {
      const { images, labels } = (await source.next()).value!;
      return classificationFeeds(model, images, labels);
    },
    onStep: ({ step }) => {
      if (step === 1) [began, waited] = [performance.now(), 0];
    },
  });
  const ms = performance.now() - began;
  await trainer.release();
  return { model: model.name, data, batch, steps, msPerStep: ms / steps, waiting: waited / ms };
};

const waits = async (): Promise<Wait[]> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'topiary-pictures-'));
  try {
    for (const split of ['train', 'val']) {
      for (const [i, folder] of FOLDERS.entries()) {
        const place = join(dataDir, 'cells', split, `${i}`);
        await mkdir(place, { recursive: true });
        for (const [n, path] of (await filesOf(folder)).entries()) await symlink(path, join(place, `${n}${folder[1]}`));
      }
    }
    const cells = await datasetNamed('cells').open({ dataDir });
    const shapes = await datasetNamed('shapes32').open({ dataDir });
    const of = (id: string) => materialize(buildModel(modelOf(id)), 0);
    return [
      await waitOf(of('mobilenet-v2'), 'folder of JPEG and PNG, 224×224', cells.train, 8, 6),
      await waitOf(of('resnet50'), 'folder of JPEG and PNG, 224×224', cells.train, 8, 12),
      await waitOf(of('resnet-tiny'), 'shapes32, in memory', shapes.train, 128, 20),
    ];
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
};

const { peer, differences } = await compare();
console.log(`beside ${peer}; differences of 255`);
console.log(
  table(
    ['framing', 'format', 'pictures', 'mean', 'largest', '> 2'],
    differences.map((d) => [
      d.kind,
      d.format,
      `${d.pictures}`,
      d.mean.toFixed(3),
      `${d.largest}`,
      `${(100 * d.beyondTwo).toFixed(2)} %`,
    ]),
  ),
);
const found = await waits();
console.log(
  table(
    ['network', 'data', 'batch', 'ms a step', 'waiting'],
    found.map((w) => [w.model, w.data, `${w.batch}`, w.msPerStep.toFixed(0), `${(100 * w.waiting).toFixed(2)} %`]),
  ),
);
await writeResults('pictures', [{ peer, differences, waits: found }]);
