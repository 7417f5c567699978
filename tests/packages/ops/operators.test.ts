/** Every operator, every rule, against something outside: onnxruntime, differences, numbers worked out by hand. */
import { allOps, noValue } from '@topiary/ops';
import { describe, expect, it } from 'vitest';
import {
  ABSTRACT,
  emitted,
  expectChannels,
  expectGradient,
  expectMacs,
  expectShape,
  expectValue,
  opOfRow,
  type Row,
} from '../../helpers/expect-op.js';
import { rows as convolution } from './rows/convolution.js';
import { rows as elementwise } from './rows/elementwise.js';
import { rows as gradients } from './rows/gradients.js';
import { rows as layout } from './rows/layout.js';
import { rows as linear } from './rows/linear.js';
import { rows as normalization } from './rows/normalization.js';
import { rows as reduction } from './rows/reduction.js';

const rows: readonly Row[] = [
  ...convolution,
  ...linear,
  ...normalization,
  ...elementwise,
  ...reduction,
  ...layout,
  ...gradients,
];

describe.each(rows.map((row) => [`${row.op}: ${row.of}`, row] as const))('%s', (_name, row) => {
  it('has the types that onnxruntime gives', () => expectShape(row));
  it('counts the multiply-accumulates worked out by hand', () => expectMacs(row));
  if (opOfRow(row).value !== noValue) it('folds to what onnxruntime computes', () => expectValue(row));
  if (typeof opOfRow(row).gradient === 'function' && !row.borrowed)
    it('has the gradient that differences give', () => expectGradient(row));
  if (row.domain !== ABSTRACT) it('gives channels away without changing the rest', () => expectChannels(row));
});

describe('the list of operators', () => {
  const tested = new Set(rows.map(({ op, domain = '' }) => `${domain}:${op}`));

  it('has a row for every operator, or meets it in a gradient', () => {
    const untested = allOps().map(({ domain, type }) => `${domain}:${type}`);
    expect(untested.filter((key) => !tested.has(key) && !emitted.has(key))).toEqual([]);
  });
});
