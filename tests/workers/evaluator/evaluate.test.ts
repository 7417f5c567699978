/** What an evaluation may hand on to a result. */
import { expect, it } from 'vitest';
import { metricsOf } from '../../../workers/evaluator/src/stages/evaluate.js';

it('a metric that is no number fails the run: JSON would make it null, and a mean would take that for 0', () => {
  const evaluation = (value: number) => ({ n: 8, values: { mse: value }, answers: null });
  expect(metricsOf('pruned', evaluation(0.5))).toEqual([{ id: 'mse', phase: 'pruned', value: 0.5, n: 8 }]);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => metricsOf('pruned', evaluation(value))).toThrow(
      expect.objectContaining({
        code: 'TOPIARY_RUNTIME_NOT_FINITE',
        details: { where: 'mse of the network, pruned', expected: 'a finite number', got: String(value) },
      }),
    );
});
