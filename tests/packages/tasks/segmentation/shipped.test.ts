/** Shipped segmenters are what the manifest says; the test split is judged again, nothing is trained. */
import { readFileSync } from 'node:fs';
import { decode } from '@topiary/onnx';
import { pipelineCosts, readManifest } from '@topiary/pipeline';
import { taskOf } from '@topiary/tasks';
import { boardOf, protocolOf } from '@topiary/tracks';
import { SHIPPED, shippedPath, shippedReference } from '@topiary/zoo';
import { expect, it } from 'vitest';
import { ownCompute } from '../../../../workers/evaluator/src/compute.js';
import { runContext } from '../../../helpers/procedure.js';

const bytesOf = (sha256: string): Uint8Array => new Uint8Array(readFileSync(shippedPath(sha256)));

it.each(SHIPPED.filter(({ task }) => task === 'segmentation').map((one) => [one.model, one] as const))(
  '%s has the counts and cuts out what the manifest says',
  async (_, shipped) => {
    const manifest = readManifest(new Uint8Array(readFileSync(shippedReference(shipped.sha256))))!;
    expect(manifest.parts).toEqual(shipped.parts);
    const files = new Map(Object.entries(manifest.parts).map(([part, sha256]) => [part, bytesOf(sha256)]));
    // standard operators alone: anything that reads ONNX runs it
    for (const file of files.values()) expect(decode(file).nodes.every(({ domain }) => domain === '')).toBe(true);
    const board = boardOf(`segmentation.${shipped.model}.${shipped.dataset}`);
    const { options, evaluationBatch, counter } = protocolOf(board);
    const { dataset, schedule, task } = { ...shipped, schedule: manifest.schedule };
    const pipeline = await taskOf(task).read({ files, schedule, dataset, dataDir: '' });
    expect(pipelineCosts(pipeline, counter)).toMatchObject({ params: shipped.params, macs: shipped.macs[counter] });
    const settings = taskOf(task).settings.parse(shipped.settings);
    const from = { dataset, dataDir: '', testSecret: null };
    const bound = await taskOf(task).open({ ...from, pipeline, settings, options, evaluationBatch });
    expect(bound.hash).toBe(shipped.splitHash);
    const { values } = await bound.evaluate(pipeline, 'test', ownCompute(runContext()));
    for (const { id, value } of shipped.metrics) expect(values[id], id).toBeCloseTo(value, 1);
    expect(Math.min(values['miou-point']!, values['miou-box']!)).toBeGreaterThan(80);
  },
);
