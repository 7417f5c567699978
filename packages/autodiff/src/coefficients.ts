/**
 * Per-channel inputs of a training graph, so that regularisers, masks and frozen parts need no rebuild:
 * `add` inputs a enter the gradient as + a·w, `rate` inputs r scale the step that a parameter takes (0: it stays).
 */
import type { GraphBuilder } from '@topiary/onnx';
import type { Parameter } from './parameters.js';

export type CoefficientKind = 'add' | 'rate';

export interface Coefficient {
  /** Name of the input. */
  readonly input: string;
  readonly kind: CoefficientKind;
  readonly initializer: string;
  readonly axis: number;
  /** Shape of the input: 1 but along the axis. */
  readonly dims: readonly number[];
  /** What leaves training as it is: 0 for `add`, 1 for `rate`. */
  readonly neutral: number;
}

export const coefficientName = (kind: CoefficientKind, initializer: string, axis: number): string =>
  `${kind}:${axis}:${initializer}`;

export const coefficientsOf = (
  { initializer, axes }: Parameter,
  kinds: readonly CoefficientKind[],
): readonly Coefficient[] =>
  kinds.flatMap((kind) =>
    axes.map((axis) => ({
      input: coefficientName(kind, initializer.name, axis),
      kind,
      initializer: initializer.name,
      axis,
      dims: initializer.dims.map((dim, i) => (i === axis ? dim : 1)),
      neutral: kind === 'add' ? 0 : 1,
    })),
  );

// dL/dw + Σ_axes a · w
export const addTerms = (
  b: GraphBuilder,
  gradient: string,
  parameter: string,
  coefficients: readonly Coefficient[],
): string =>
  coefficients
    .filter(({ kind }) => kind === 'add')
    .reduce((g, { input }) => b.op('Add', [g, b.op('Mul', [parameter, input])]), gradient);

// w + Π_axes r · (w' - w)
export const limitStep = (
  b: GraphBuilder,
  updated: string,
  parameter: string,
  coefficients: readonly Coefficient[],
): string => {
  const rates = coefficients.filter(({ kind }) => kind === 'rate');
  if (rates.length === 0) return updated;
  const move = rates.reduce((step, { input }) => b.op('Mul', [step, input]), b.op('Sub', [updated, parameter]));
  return b.op('Add', [parameter, move]);
};
