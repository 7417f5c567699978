/** The two published CIFAR-10 networks: imported, evaluated, and the same as our own graphs with their weights. */
import { readFile } from 'node:fs/promises';
import { elements, floats, type Graph, validate } from '@topiary/onnx';
import { infer } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';
import { buildModel, Cifar10, importModel, inOrder, modelOf, normalized, type Split } from '@topiary/zoo';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../helpers/evaluate.js';
import { sample, samplesDir, withoutSamples } from '../../helpers/samples.js';

const TASK = { input: [3, 32, 32], classes: 10 };
/** Their training normalised pictures with the numbers of ImageNet. */
const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

const file = (id: string) => sample('weights', `${id}-cifar10.onnx`);

async function* feedsOf(graph: Graph, split: Split) {
  for await (const { images, labels } of inOrder(split, 256)) yield classificationFeeds(graph, images, labels);
}

const floatsOf = (graph: Graph) =>
  [...graph.initializers.values()].filter(({ type, dims }) => type === 'float32' && dims.length > 0);

describe.skipIf(withoutSamples())('published networks', () => {
  let test: Split;
  beforeAll(async () => {
    const { test: split } = await Cifar10.open({ dataDir: samplesDir()! });
    test = normalized(split, MEAN, STD);
  });

  it.each([
    ['resnet20', 91.64],
    ['resnet56', 92.72],
  ])('%s reaches %d %% on the 1,017 test pictures', async (id, expected) => {
    const graph = importModel(await readFile(file(id)), TASK);
    const { top1, n } = await evaluate(graph, feedsOf(graph, test));
    expect(n).toBe(1017);
    expect((100 * top1).toFixed(2)).toBe(String(expected));
  });

  it.each(['resnet20', 'resnet56'])(
    '%s of ours has their parameters and, with their weights, their outputs',
    async (id) => {
      const imported = importModel(await readFile(file(id)), TASK);
      const ours = buildModel(modelOf(id));
      const shapes = (graph: Graph) => floatsOf(graph).map(({ name, dims }) => `${name} [${dims}]`);
      expect(shapes(ours).sort()).toEqual(shapes(imported).sort());

      const initializers = new Map(ours.initializers);
      for (const initializer of floatsOf(imported)) initializers.set(initializer.name, initializer);
      const filled = { ...ours, initializers };
      validate(filled);
      const { images } = (await inOrder({ ...test, length: 16 }, 16).next()).value!;
      const logits = async (graph: Graph) =>
        (await infer(graph, { [graph.inputs[0]!.name]: floats(images, [16, 3, 32, 32]) }))[graph.outputs[0]!.name]!;
      const [theirs, own] = [await logits(imported), await logits(filled)];
      expect(own.dims).toEqual([16, 10]);
      for (let i = 0; i < elements(own.dims); i += 1) {
        expect(Math.abs(Number(own.data[i]) - Number(theirs.data[i]))).toBeLessThan(1e-4);
      }
    },
  );

  it('refuses a network for other pictures or classes, and bytes that are no network', async () => {
    const bytes = await readFile(file('resnet20'));
    expect(() => importModel(bytes, { input: [3, 64, 64], classes: 10 })).toThrow(
      /input 'input'; expected float32 \[N,3,64,64\]; got float32 \[N,3,32,32\]/,
    );
    expect(() => importModel(bytes, { ...TASK, classes: 100 })).toThrow(
      /output 'logits'; expected float32 \[N,100\]; got float32 \[N,10\]/,
    );
    expect(() => importModel(bytes.subarray(0, 500_000), TASK)).toThrow(
      expect.objectContaining({ name: 'TopiaryError' }),
    );
    expect(() => importModel(Buffer.from('no network'), TASK)).toThrow(
      expect.objectContaining({ name: 'TopiaryError' }),
    );
  });
});
