/** Shipped denoisers are what the manifest says; the bank is run again, nothing is trained. Skipped while none is shipped. */
import { readFileSync } from 'node:fs';
import { decode } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { graphOf } from '@topiary/pipeline';
import { bankErrors, DiffusionOptions, DiffusionSettings, noiseSchedule, taskOf } from '@topiary/tasks';
import { boardOf, protocolOf } from '@topiary/tracks';
import { buildDenoiser, datasetOf, SHIPPED, shippedPath, splitHash } from '@topiary/zoo';
import { expect, it } from 'vitest';
import * as denoisers from '../../../../packages/zoo/src/denoisers/index.js';
import { ownCompute } from '../../../../workers/evaluator/src/compute.js';
import { runContext } from '../../../helpers/procedure.js';

const shipped = SHIPPED.filter(({ task }) => task === 'diffusion');

it.skipIf(shipped.length === 0)(
  'shipped denoisers are the graphs that their models build, as good as recorded',
  async () => {
    for (const { model, dataset, sha256, settings, splitHash: recorded, metrics, params } of shipped) {
      const bytes = new Uint8Array(readFileSync(shippedPath(sha256)));
      // standard operators alone: anything that reads ONNX runs it
      expect(decode(bytes).nodes.every(({ domain }) => domain === '')).toBe(true);
      const request = { schedule: null, dataset, dataDir: '', files: new Map([['network', bytes]]) };
      const pipeline = await taskOf('diffusion').read(request);
      const built = buildDenoiser(Object.values(denoisers).find(({ id }) => id === model)!);
      const operators = (graph: typeof built) => graph.nodes.map(({ op, inputs }) => `${op} ${inputs.length}`);
      expect(operators(graphOf(pipeline))).toEqual(operators(built));
      expect(count(graphOf(pipeline)).params).toBe(params);
      const { test } = await datasetOf(dataset).open({ dataDir: '' });
      expect(splitHash(test as never)).toBe(recorded);
      const { betas, length, steps, predicts } = DiffusionSettings.parse(settings);
      const { options, evaluationBatch: batch } = protocolOf(boardOf(`diffusion.${model}.${dataset}`));
      const of = { split: test, from: 'test', examples: DiffusionOptions.parse(options).bank } as const;
      const bank = { schedule: noiseSchedule(betas, length), steps, predicts, batch };
      const errors = await bankErrors(pipeline, of, bank, ownCompute(runContext()));
      const error = errors.reduce((sum, value) => sum + value, 0) / errors.length;
      expect(error).toBeCloseTo(metrics.find(({ id }) => id === 'noise-error')!.value, 5);
      expect(error).toBeLessThan(0.06);
    }
  },
);
