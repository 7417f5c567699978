/** Detectors' files: a real export is cut at its raw heads and trained, and what cannot be one is refused by name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adamw } from '@topiary/autodiff';
import { standard } from '@topiary/lowering';
import { decode, encode, floats, type Graph, type Node, toNumbers } from '@topiary/onnx';
import { graphOf, type Pipeline, single } from '@topiary/pipeline';
import { findGroups } from '@topiary/pruning';
import { compile, Trainer, withConstants } from '@topiary/runtime';
import { taskOf } from '@topiary/tasks';
import { randomFrom, readModel } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { bindDetector, type DetectionData } from '../../../packages/tasks/src/detection/bound.js';
import { decoded } from '../../../packages/tasks/src/detection/decoded.js';
import { detect } from '../../../packages/tasks/src/detection/evaluate.js';
import { type Form, formOf } from '../../../packages/tasks/src/detection/network.js';
import { EVALUATION } from '../../../packages/tasks/src/detection/nms.js';
import { cutAtRawHeads } from '../../../packages/tasks/src/detection/raw-heads.js';
import type { Pixels } from '../../../packages/tasks/src/detection/types.js';
import { runOnnx } from '../../helpers/onnxruntime.js';
import { base, CPU, dataOf, narrow, SIDE } from './narrow-detector.js';

describe('an exported detector', () => {
  // written by PyTorch's exporter: scripts/bench/peers/detector.py export … --width .01 --widest 512 --classes 2 --bins 4 --size 64
  const bytes = readFileSync(join(import.meta.dirname, '../../data/detector-export.onnx'));

  it('is cut at its raw heads, and decodes to what the file says', async () => {
    const file = await withConstants((evaluate) => readModel(bytes, { evaluate }));
    expect(formOf(file, 2)).toEqual({ kind: 'decoded', size: 64, classes: 2, cut: false });
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

const nodeOf = (op: string, inputs: readonly string[], output: string): Node => ({
  op,
  domain: '',
  name: output,
  inputs,
  outputs: [output],
  attributes: {},
});

/** With its decoding, as others read it. */
const decodedFile = (): Graph => {
  const form = formOf(base, 6);
  return decode(encode(standard(form.kind === 'raw' ? decoded(base, form.head) : base)));
};

const readFile = (file: Graph): Promise<Pipeline> =>
  taskOf('detection').read({
    files: new Map([['network', encode(file)]]),
    schedule: null,
    dataset: 'shapes-det',
    dataDir: '',
    withConstants,
  });

const detections = async (pipeline: Pipeline, form: Form, pictures: readonly Pixels[]) => {
  const session = await compile(graphOf(pipeline), { ...CPU, level: 'all' });
  const found = await detect({ pipeline, run: (_, feeds) => session.run(feeds), form }, pictures, EVALUATION);
  await session.release();
  return found;
};

describe('bad input', () => {
  const read = (graph: Graph) => readFile(standard(graph));

  it('of another number of classes is refused', async () => {
    await expect(read(narrow(4))).rejects.toThrow(/scores of 6 classes.*4/s);
    const named = { ...narrow(6), metadata: { names: "{0: 'disc', 1: 'ring'}" } };
    await expect(read(named)).rejects.toThrow(expect.objectContaining({ code: 'TOPIARY_ZOO_CLASSES' }));
  });

  it('that speaks of another task, or in no literal, is refused', async () => {
    await expect(read({ ...base, metadata: { task: 'segment' } })).rejects.toThrow(/metadata task.*detect.*segment/s);
    await expect(read({ ...base, metadata: { names: '__import__("os")' } })).rejects.toThrow(/metadata names/);
  });

  it('with suppression of what is not decoded is refused with the cure', async () => {
    const file = decode(encode(standard(base)));
    const graph = { ...file, nodes: [...file.nodes, nodeOf('NonMaxSuppression', ['boxes', 'scores'], 'kept')] };
    await expect(readFile(graph)).rejects.toThrow(/NonMaxSuppression.*nms=False/s);
  });

  it('whose raw heads are not to be found can be evaluated and not trained', async () => {
    const file = decodedFile();
    const last = file.nodes.find(({ outputs }) => outputs[0] === 'output0')!;
    // probabilities that something else makes of the scores
    const nodes = file.nodes.map((node) =>
      node.op === 'Sigmoid' && last.inputs.includes(node.outputs[0]!) ? { ...node, op: 'HardSigmoid' } : node,
    );
    const read = await readFile({ ...file, nodes });
    const form = formOf(graphOf(read), 6);
    expect(form).toEqual({ kind: 'decoded', size: SIDE, classes: 6, cut: false });
    const task = bindDetector(dataOf(), form);
    expect(() => task.loss(null)).toThrow(/raw boxes and scores.*decoded in an unknown way.*nms=False/s);
    expect(task.evaluatedOnly).toMatch(/unknown way.*nms=False/);
  });

  it('without any head of a detector is refused by its outputs', async () => {
    const file = decode(encode(standard(base)));
    const graph = { ...file, outputs: file.outputs.slice(0, 1) };
    await expect(readFile(graph)).rejects.toThrow(/boxes \[N,4R,A\] and scores \[N,6,A\].*N,16,84/s);
  });

  it('whose anchors do not fit the size of its input is refused', async () => {
    const file = decode(encode(standard(base)));
    const [boxes, scores] = file.outputs;
    const shape = scores!.shape.map((dim, i) => (i === 2 ? 80 : dim));
    expect(() => formOf({ ...file, outputs: [boxes!, { ...scores!, shape }] }, 6)).toThrow(/84.*80/s);
  });
});

describe('a detector that suppresses boxes itself', () => {
  /** As exporters do it: what passes the threshold goes through suppression, by operators that nobody here knows. */
  const suppressing = (): Graph => {
    const file = decodedFile();
    const nodes = [
      ...file.nodes,
      nodeOf('Transpose', ['output0'], 'rows'),
      nodeOf('NonZero', ['rows'], 'places'),
      nodeOf('GatherND', ['rows', 'places'], 'passed'),
      nodeOf('NonMaxSuppression', ['passed', 'passed'], 'kept'),
    ];
    return { ...file, nodes, outputs: [{ name: 'kept', type: 'float32', shape: ['N', 300, 6] }] };
  };

  it('is judged before suppression, as it would be without, and is neither trained nor pruned', async () => {
    const read = await readFile(suppressing());
    const form = formOf(graphOf(read), 6);
    expect(form).toEqual({ kind: 'decoded', size: SIDE, classes: 6, cut: true });
    const [task, plain] = [bindDetector(dataOf(), form), bindDetector(dataOf(), formOf(base, 6))];
    expect(task.evaluatedOnly).toMatch(/suppression of boxes inside the file.*nms=False/);
    expect(plain.evaluatedOnly).toBeNull();
    expect(() => task.loss(null)).toThrow(/raw boxes and scores.*suppression of boxes.*nms=False/s);
    const pictures = (await Promise.all([0, 1, 2].map((i) => dataOf().test.pixels(i)))).map((one) => one!);
    const found = await detections(read, form, pictures);
    expect(found.flat().length).toBeGreaterThan(100);
    // the same file without it, decoded in the graph
    const without = readModel(encode(decodedFile()));
    expect(found).toEqual(await detections(single(without), formOf(without, 6), pictures));
  });
});
