/** A file that suppresses boxes itself is imported: it is evaluated, flagged, and becomes no base model. */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { standard } from '@topiary/lowering';
import { decode, encode, type Graph, type Node } from '@topiary/onnx';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import { expect, it } from 'vitest';
import { decoded } from '../../../packages/tasks/src/detection/decoded.js';
import { formOf } from '../../../packages/tasks/src/detection/network.js';
import { withContext } from '../../../scripts/experiments/context.js';
import { importRun } from '../../../workers/evaluator/src/import-run.js';
import { Reporter } from '../../../workers/evaluator/src/reporter.js';

const shipped = SHIPPED.find(({ model }) => model === 'anchorfree-tiny')!;

/** The shipped detector with its decoding, then what an exporter adds for `nms=True`. */
const suppressing = (base: Graph): Uint8Array => {
  const form = formOf(base, 6);
  if (form.kind !== 'raw') throw new Error('the shipped detector has raw heads');
  const file = decode(encode(standard(decoded(base, form.head))));
  const node = (op: string, inputs: readonly string[], output: string): Node => {
    return { op, domain: '', name: output, inputs, outputs: [output], attributes: {} };
  };
  const nodes = [
    ...file.nodes,
    node('Transpose', ['output0'], 'rows'),
    node('NonZero', ['rows'], 'places'),
    node('GatherND', ['rows', 'places'], 'passed'),
    node('NonMaxSuppression', ['passed', 'passed'], 'kept'),
  ];
  return encode({ ...file, nodes, outputs: [{ name: 'kept', type: 'float32', shape: ['N', 300, 6] }] });
};

it('has the metrics of the same network without suppression, a flag, and opens nothing', async () => {
  const model = suppressing(decode(await readFile(shippedPath(shipped.sha256))));
  const about = { board: 'detection.anchorfree-tiny.shapes-det', recipe: {}, target: '2x', seed: 0, threads: 1 };
  const run = { ...about, model, normalisation: {}, codeVersion: 'test', dataDir: tmpdir() };
  const stages = ['prepare', 'rehearse', 'evaluate', 'publish'].map((id) => ({
    ...{ id, title: id, state: 'waiting' as const, seconds: null, progress: null },
  }));
  const said: string[] = [];
  const { result, admission } = await withContext(run, (context) => {
    const report = new Reporter(stages, {}, (message) => {
      if (message.type === 'event' && message.event.type === 'log') said.push(message.event.text);
    });
    return importRun({ ...context, report });
  });
  expect(admission).toBeUndefined();
  expect(result.flags).toContain('evaluated-only');
  expect(Object.keys(result.seconds)).toEqual(['prepare', 'evaluate']);
  expect(said.join()).toMatch(/no base model: suppression of boxes inside the file.*nms=False/);
  for (const { id, value } of shipped.metrics) {
    expect(result.metrics.find((metric) => metric.id === id)!.value).toBeCloseTo(value, 1);
  }
}, 120_000);
