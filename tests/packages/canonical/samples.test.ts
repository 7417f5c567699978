import { readdirSync, readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { decode, encode, type Graph, validate } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSession, relativeDistance, runSession } from '../../helpers/onnxruntime.js';
import { sample, withoutSamples } from '../../helpers/samples.js';
import { ramp } from './graphs.js';

/** Shape arithmetic and exporter's left-overs: none of these may survive. */
const GONE = [
  'Constant',
  'ConstantOfShape',
  'Dropout',
  'Equal',
  'Erf',
  'Expand',
  'Identity',
  'Mod',
  'Not',
  'Range',
  'ScatterND',
  'Shape',
  'Sqrt',
  'Unsqueeze',
  'Where',
];

const countOps = (graph: Graph): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { op } of graph.nodes) counts[op] = (counts[op] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
};

const filesIn = (folder: string): string[] =>
  readdirSync(sample(folder))
    .filter((name) => name.endsWith('.onnx'))
    .map((name) => `${folder}/${name}`);

const absent = withoutSamples();
const files = absent ? [] : [...filesIn('weights'), ...filesIn('exports')];

describe.skipIf(absent)('networks that others exported', () => {
  describe.each(files)('%s', (file) => {
    let bytes: Uint8Array;
    let graph: Graph;

    beforeAll(() => {
      bytes = readFileSync(sample(file));
      graph = canonicalize(decode(bytes));
      const counts = Object.entries(countOps(graph)).map(([op, n]) => `${op} ${n}`);
      console.log(`${file}: ${graph.nodes.length} nodes: ${counts.join(', ')}`);
    });

    it('computes what it computed before, at batch 1, 2 and 3', async () => {
      const [before, after] = [await createSession(bytes), await createSession(graph)];
      const { name, shape } = graph.inputs[0]!;
      for (const batch of [1, 2, 3]) {
        const feeds = { [name]: ramp(batch, ...shape.slice(1).map(Number)) };
        const [expected, got] = [await runSession(before, feeds), await runSession(after, feeds)];
        expect(Object.keys(got)).toEqual(Object.keys(expected));
        for (const output of Object.keys(expected)) {
          expect(relativeDistance(got[output]!, expected[output]!)).toBeLessThan(1e-5);
        }
      }
      await before.release();
      await after.release();
    });

    it('has no shape arithmetic left, and only the batch is a symbol', () => {
      const counts = countOps(graph);
      expect(GONE.filter((op) => op in counts)).toEqual([]);
      for (const [value, { shape }] of inferTypes(graph)) {
        for (const dim of shape.filter((d) => typeof d === 'string')) expect(`${value} ${dim}`).toMatch(/ (\d+\*)?N$/);
      }
    });

    it('shares no initialiser, and every name can be read', () => {
      const seen = new Set<string>();
      for (const name of graph.nodes.flatMap(({ inputs }) => inputs)) {
        if (!graph.initializers.has(name)) continue;
        expect(seen.has(name), name).toBe(false);
        seen.add(name);
      }
      expect(seen.size).toBe(graph.initializers.size);
      const names = [...graph.initializers.keys(), ...graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs])];
      expect(names.filter((name) => /[/:]|^$/.test(name))).toEqual([]);
      expect(new Set(graph.nodes.map(({ name }) => name)).size).toBe(graph.nodes.length);
    });

    it('is a fixed point: canonical graphs come out as they went in', () => {
      validate(graph);
      const again = canonicalize(decode(encode(graph)));
      expect(again.nodes).toEqual(graph.nodes);
      expect([...again.initializers.keys()].sort()).toEqual([...graph.initializers.keys()].sort());
      expect(again.outputs).toEqual(graph.outputs);
    });
  });

  it.skipIf(absent)('keeps the names that PyTorch gave the parameters', () => {
    const names = (file: string) => [...canonicalize(decode(readFileSync(sample(file)))).initializers.keys()];
    expect(names('exports/resnet18.onnx')).toEqual(
      expect.arrayContaining(['conv1.weight', 'layer1.0.bn2.running_var', 'layer4.1.conv2.weight', 'fc.bias']),
    );
    expect(names('exports/vit_tiny.onnx')).toEqual(
      expect.arrayContaining([
        'class_token',
        'encoder.pos_embedding',
        'encoder.layers.encoder_layer_3.self_attention.in_proj_weight',
        'encoder.layers.encoder_layer_3.self_attention.in_proj_bias',
        'encoder.layers.encoder_layer_2.mlp.3.weight',
        'encoder.ln.bias',
      ]),
    );
    expect(names('exports/swin_nano.onnx')).toEqual(expect.arrayContaining(['features.1.1.attn.qkv.weight']));
  });
});
