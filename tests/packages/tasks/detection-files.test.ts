/** Detectors' files: a real export is cut at its raw heads and trained, and what cannot be one is refused by name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adamw } from '@topiary/autodiff';
import { standard } from '@topiary/lowering';
import { decode, encode, floats, type Graph, toNumbers } from '@topiary/onnx';
import { single } from '@topiary/pipeline';
import { findGroups } from '@topiary/pruning';
import { Trainer, withConstants } from '@topiary/runtime';
import { taskOf } from '@topiary/tasks';
import { randomFrom, readModel } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { bindDetector, type DetectionData } from '../../../packages/tasks/src/detection/bound.js';
import { decoded } from '../../../packages/tasks/src/detection/decoded.js';
import { formOf } from '../../../packages/tasks/src/detection/network.js';
import { cutAtRawHeads } from '../../../packages/tasks/src/detection/raw-heads.js';
import { runOnnx } from '../../helpers/onnxruntime.js';
import { base, CPU, dataOf, narrow, SIDE } from './narrow-detector.js';

describe('an exported detector', () => {
  // written by PyTorch's exporter: scripts/bench/peers/detector.py export … --width .01 --widest 512 --classes 2 --bins 4 --size 64
  const bytes = readFileSync(join(import.meta.dirname, '../../data/detector-export.onnx'));

  it('is cut at its raw heads, and decodes to what the file says', async () => {
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
