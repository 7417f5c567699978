/** Every network of the samples and of the zoo: plain once and for all; and every file cut in every scope. */
import { readdirSync, readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { decode } from '@topiary/onnx';
import { findGroups } from '@topiary/pruning';
import { buildModel, MODELS, modelOf } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { sample, withoutSamples } from '../helpers/samples.js';
import { expectPruned, expectSameOutputs, plainOf } from '../packages/pruning/foreign-file.js';

const SCOPES = ['local', 'global', 'isomorphic'] as const;

/** What is refused, and the words that say why and what to do about it. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'faults/op_lstm.onnx': /LSTM '\/l\/LSTM'.*LSTMCell/,
  'faults/pow-chain.onnx': /Pow 'e\d+'.*computed elements.*onnxsim/,
};

const filesIn = (folder: string): string[] =>
  readdirSync(sample(folder))
    .filter((name) => name.endsWith('.onnx'))
    .map((name) => `${folder}/${name}`);

const absent = withoutSamples();
const files = absent ? [] : ['exports', 'weights', 'faults'].flatMap(filesIn);

describe.skipIf(absent)('a file that somebody brings', () => {
  it.each(files.filter((file) => !(file in REFUSED)))('%s is plain, the same, and cut as planned', async (file) => {
    const bytes = readFileSync(sample(file));
    const graph = await plainOf(bytes);
    await expectSameOutputs(bytes, graph);
    if (findGroups(graph).groups.length === 0) return;
    for (const scope of SCOPES) await expectPruned(graph, scope);
  });

  it.each(Object.entries(REFUSED))('%s is refused with the cure', (file, words) => {
    const graph = decode(readFileSync(sample(file)));
    expect(() => canonicalize(graph)).toThrow(words);
  });
});

describe('a member of the zoo', () => {
  it.each(MODELS.map(({ id }) => id))('%s comes out as it went in', (id) => {
    const graph = buildModel(modelOf(id));
    expect(canonicalize(graph).nodes).toEqual(graph.nodes);
  });
});
