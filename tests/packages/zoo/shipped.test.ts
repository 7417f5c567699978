/** Shipped classifiers are what the manifest says; onnxruntime itself evaluates the files. Nothing is trained here. */
import { readFile } from 'node:fs/promises';
import { canonicalize } from '@topiary/canonical';
import { decode } from '@topiary/onnx';
import {
  buildModel,
  datasetOf,
  importModel,
  inOrder,
  modelOf,
  normalized,
  SHIPPED,
  shippedPath,
  splitHash,
} from '@topiary/zoo';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { countOf } from './count.js';

const CLASSIFIERS = SHIPPED.filter(({ task }) => task === 'classification');

describe.each(CLASSIFIERS.map((shipped) => [`${shipped.model} on ${shipped.dataset}`, shipped] as const))(
  '%s',
  (_, shipped) => {
    const model = modelOf(shipped.model);

    it('is the graph that the model builds, and canonical', async () => {
      const graph = decode(await readFile(shippedPath(shipped.sha256)));
      const built = buildModel(model);
      expect(graph.nodes.map(({ op, name }) => `${op} ${name}`)).toEqual(
        built.nodes.map(({ op, name }) => `${op} ${name}`),
      );
      expect([...graph.initializers.keys()].sort()).toEqual([...built.initializers.keys()].sort());
      expect(canonicalize(graph).nodes).toEqual(graph.nodes);
      expect(countOf(graph)).toEqual({ params: shipped.params, macs: shipped.macs });
      importModel(await readFile(shippedPath(shipped.sha256)), { input: model.input, classes: model.classes });
    });

    it('reaches the recorded accuracy on the recorded split', async () => {
      const { test } = await datasetOf(shipped.dataset).open({ dataDir: '' });
      expect(splitHash(test)).toBe(shipped.splitHash);
      const session = await InferenceSession.create(shippedPath(shipped.sha256), { logSeverityLevel: 3 });
      let right = 0;
      for await (const { images, labels, size } of inOrder(
        normalized(test, shipped.settings['mean'] as number[], shipped.settings['std'] as number[]),
        500,
      )) {
        const { logits } = await session.run({ input: new Tensor('float32', images, [size, ...test.dims]) });
        const values = logits!.data as Float32Array;
        const classes = values.length / size;
        for (let i = 0; i < size; i += 1) {
          const row = values.subarray(i * classes, (i + 1) * classes);
          if (row.indexOf(Math.max(...row)) === labels[i]) right += 1;
        }
      }
      await session.release();
      const [metric] = shipped.metrics;
      expect(metric).toMatchObject({ id: 'top1', n: test.length });
      // Other kernels may turn one or two pictures whose two best logits are equal.
      expect(Math.abs((100 * right) / test.length - metric!.value)).toBeLessThanOrEqual(0.05);
    });

    it('is cheap enough for a run of seconds, and neither untrained nor perfect', () => {
      expect(shipped.macs.pure).toBeLessThanOrEqual(10_000_000);
      expect(shipped.metrics[0]!.value).toBeGreaterThan(75);
      expect(shipped.metrics[0]!.value).toBeLessThan(97);
    });
  },
);

it('the data set is as hard as it is meant to be: the reference network reaches between 85 and 94 %', () => {
  const reference = SHIPPED.find(({ model }) => model === 'resnet-tiny')!;
  expect(reference.metrics[0]!.value).toBeGreaterThan(85);
  expect(reference.metrics[0]!.value).toBeLessThan(94);
});
