/** Small files that were brought and failed once, and three exported networks; all of them in `tests/long`. */
import { readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { decode } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { findGroups } from '@topiary/pruning';
import { describe, expect, it } from 'vitest';
import { sample, withoutSamples } from '../../helpers/samples.js';
import { expectPruned, expectSameOutputs, plainOf } from './foreign-file.js';

const FAULTS = [
  'shared_conv',
  'stdconv',
  'weight_norm_nofold',
  'canonical_grows',
  'op_einsum',
  'op_elu',
  'op_ge',
  'op_leaky',
  'op_prelu',
  'op_ps',
  'op_softplus',
].map((name) => `faults/${name}.onnx`);
const EXPORTS = ['vit_tiny', 'convnext_nano', 'swin_nano'].map((name) => `exports/${name}.onnx`);

describe.skipIf(withoutSamples())('a file that somebody brings', () => {
  it.each([...FAULTS, ...EXPORTS])('%s: plain once and for all, the same outputs, cut as planned', async (file) => {
    const bytes = readFileSync(sample(file));
    const graph = await plainOf(bytes);
    await expectSameOutputs(bytes, graph);
    for (const scope of ['local', 'global'] as const) await expectPruned(graph, scope);
  });

  it('is refused by the name of its operator, with the cure', () => {
    const lstm = decode(readFileSync(sample('faults', 'op_lstm.onnx')));
    expect(() => canonicalize(lstm)).toThrow(/LSTM '\/l\/LSTM'.*got LSTM\. .*LSTMCell/);
  });

  it.each([
    // weight norm folded: two groups, 20 channels; the standardised convolutions of the same widths likewise
    ['weight_norm_nofold', 2, 20, 8 * 27 + 8 + 12 * 72 + 12 + 130],
    ['stdconv', 2, 20, 8 * 27 + 8 + 12 * 72 + 12 + 130],
  ])('%s has %i groups with %i channels and %i parameters', async (name, groups, channels, params) => {
    const graph = await plainOf(readFileSync(sample('faults', `${name}.onnx`)));
    const found = findGroups(graph);
    expect(found.groups).toHaveLength(groups);
    expect(found.groups.reduce((sum, group) => sum + group.channels, 0)).toBe(channels);
    expect(count(graph).params).toBe(params);
  });
});
