/** An encoder that PyTorch exported, alone: read, completed by the shipped decoder, as exact as PyTorch, cut by SlimSAM; and what is refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { standard } from '@topiary/lowering';
import { decode, encode, floats, type Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { assertPipeline, partOf, pipelineCosts, single } from '@topiary/pipeline';
import { blocksOf, findGroups } from '@topiary/pruning';
import { infer } from '@topiary/runtime';
import { SegmentationOptions, SegmentationSettings, segmenterParts, taskOf } from '@topiary/tasks';
import { describe, expect, it } from 'vitest';
import { cutAll } from '../../../../packages/methods/src/procedures/slimsam/cuts.js';
import { familiesOf } from '../../../../packages/methods/src/procedures/slimsam/families.js';
import { checkParts } from '../../../../packages/tasks/src/segmentation/parts.js';
import { computeHere, narrowParts } from '../../../helpers/segmenter.js';

const folder = join(import.meta.dirname, 'exported');
const file = readFileSync(join(folder, 'encoder.onnx'));
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
  readonly params: number;
  readonly embedding: string;
};
const request = { schedule: null, dataset: 'scenes64', dataDir: '' };
const read = (bytes: Uint8Array) => taskOf('segmentation').read({ ...request, files: new Map([['network', bytes]]) });
const bytesOf = (graph: Graph): Uint8Array => encode(standard(graph));

/** As write.py draws it: two pictures. */
const [PICTURE, VALUES] = [64, 2 * 3 * 64 * 64];
const pictures = floats(
  Float32Array.from({ length: VALUES }, (_, i) => Math.sin(-2 + (4 * i) / (VALUES - 1))),
  [2, 3, PICTURE, PICTURE],
);

describe('an encoder as PyTorch exports it', () => {
  it('is completed by the shipped decoder and says what PyTorch said', async () => {
    const pipeline = await read(file);
    assertPipeline(pipeline);
    expect([...pipeline.parts].map(([id, { kept = false }]) => [id, kept])).toEqual([
      ['encoder', false],
      ['prompts', true],
      ['decoder', true],
    ]);
    const { encoder } = segmenterParts(pipeline);
    expect(encoder.nodes.some(({ op }) => op === 'Einsum')).toBe(false);
    expect(count(encoder).params).toBe(expected.params);
    const { embedding } = await infer(encoder, { image: pictures });
    const bytes = Buffer.from(expected.embedding, 'base64');
    const theirs = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const plane = 8 * 8;
    const ours = Float32Array.from(theirs, (_, i) => {
      const channel = 8 * Math.floor(i / plane);
      return (embedding!.data as Float32Array)[(64 + channel) * plane + (i % plane)]!;
    });
    const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const worst = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i]!)), 0);
    expect(worst / largest).toBeLessThan(2e-5);
  });

  it('may have been exported for a fixed number of pictures: it takes any', async () => {
    const fixed = (values: Graph['inputs']) =>
      values.map((value) => ({ ...value, shape: [2, ...value.shape.slice(1)] }));
    const given = decode(file);
    const { encoder } = segmenterParts(
      await read(encode({ ...given, inputs: fixed(given.inputs), outputs: fixed(given.outputs) })),
    );
    expect(encoder.inputs[0]!.shape).toEqual(['N', 3, 64, 64]);
  });

  it('has the blocks that SlimSAM cuts, and runs without half of their channels', async () => {
    const pipeline = await read(file);
    const { encoder } = segmenterParts(pipeline);
    expect(blocksOf(encoder).map(({ attention, hidden }) => attention !== null && hidden !== null)).toEqual([
      true,
      true,
    ]);
    const dependencies = findGroups(encoder);
    const families = familiesOf(dependencies)!;
    expect([families.stream.channels, families.attention.length, families.hidden.length]).toEqual([12, 2, 2]);
    const scores = new Map(
      dependencies.groups.map(({ id, channels }) => [id, Float64Array.from({ length: channels }, (_, i) => i)]),
    );
    const options = { scope: 'local', multiple: 2, counter: 'pure' } as const;
    const { graph } = cutAll(encoder, dependencies, families, scores, 0.5, options);
    checkParts({ ...segmenterParts(pipeline), encoder: graph });
    expect((await infer(graph, { image: pictures }))['embedding']!.dims).toEqual([2, 64, 8, 8]);
    expect(graph.initializers.get('blocks.0.attn.rel_pos_h')!.dims).toEqual([5, 3]);
    expect(pipelineCosts(single(graph), 'pure').macs).toBeLessThan(pipelineCosts(pipeline, 'pure').macs);
  });

  it('is judged and trained like any other', async () => {
    const pipeline = await read(file);
    const task = await taskOf('segmentation').open({
      ...{ dataset: 'scenes64', dataDir: '', testSecret: null, pipeline },
      ...{ settings: SegmentationSettings.parse({}), options: SegmentationOptions.parse({ pictures: 10 }) },
      evaluationBatch: 4,
    });
    const { values, n } = await task.evaluate(pipeline, 'held', computeHere, { examples: 1 });
    expect(n).toBe(1);
    expect(values['retention']).toBe(100);
    expect(values['embedding-error']).toBe(0);
    for await (const feeds of task.batches(pipeline, { from: 'train', batch: 1, steps: 1, seed: 0 }))
      expect(feeds['image']!.dims).toEqual([1, 3, 64, 64]);
    expect(partOf(pipeline, 'decoder').kept).toBe(true);
  });
});

describe('an encoder is refused', () => {
  const given = decode(file);

  it('whose grid does not fit the decoder, with both sizes', async () => {
    await expect(read(bytesOf(narrowParts().encoder))).rejects.toThrow(
      /pictures \[3,64,64\], embedding \[64,8,8\], as the decoder of sam-tiny reads it; got pictures \[3,64,64\], embedding \[16,4,4\]/,
    );
  });

  it('that says more than an embedding', async () => {
    const [output] = given.outputs;
    const inner = { ...output!, name: given.nodes.at(-2)!.outputs[0]! };
    await expect(read(encode({ ...given, outputs: [output!, inner] }))).rejects.toThrow(/expected one output/);
  });

  it('whose picture has sides of no known length', async () => {
    const [input] = given.inputs;
    const graph = { ...given, inputs: [{ ...input!, shape: ['N', 3, 'H', 'W'] }] };
    await expect(read(encode(graph))).rejects.toThrow(/H|side/);
  });
});
