/**
 * The Fréchet distance of two clouds of features, each taken for a normal (Heusel et al. 2017, arXiv 1706.08500):
 *
 *   d² = ‖μ₁ - μ₂‖² + Tr(Σ₁ + Σ₂ - 2 (Σ₁^½ Σ₂ Σ₁^½)^½)
 *
 * Two symmetric eigenvalue problems in place of the root of a product that is not symmetric: nothing becomes complex.
 */
import { TopiaryError } from '@topiary/errors';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

export interface Moments {
  readonly mean: readonly number[];
  /** Row by row, over n - 1. */
  readonly covariance: readonly (readonly number[])[];
}

/**
 * Of `features`, one row of `width` numbers for each example, in double precision.
 * @throws TOPIARY_TASKS_FEATURES with fewer than two rows
 */
export const momentsOf = (features: ArrayLike<number>, width: number): Moments => {
  const n = features.length / width;
  if (!Number.isInteger(n) || n < 2) {
    const got = `${features.length} numbers in rows of ${width}`;
    throw new TopiaryError('TOPIARY_TASKS_FEATURES', {
      where: 'a cloud of features',
      expected: 'two rows or more',
      got,
    });
  }
  const mean = new Float64Array(width);
  for (let i = 0; i < features.length; i += 1) mean[i % width]! += features[i]! / n;
  const sums = new Float64Array(width * width);
  const row = new Float64Array(width);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < width; j += 1) row[j] = features[i * width + j]! - mean[j]!;
    for (let j = 0; j < width; j += 1) for (let k = 0; k <= j; k += 1) sums[j * width + k]! += row[j]! * row[k]!;
  }
  const at = (j: number, k: number): number => sums[Math.max(j, k) * width + Math.min(j, k)]! / (n - 1);
  return { mean: [...mean], covariance: Array.from(mean, (_, j) => Array.from(mean, (_, k) => at(j, k))) };
};

/** Eigenvalues are at least 0, and a little less by rounding. */
const rootOf = (value: number): number => Math.sqrt(Math.max(0, value));

const symmetric = (matrix: Matrix): EigenvalueDecomposition =>
  new EigenvalueDecomposition(matrix, { assumeSymmetric: true });

/** d², as papers report it under the name of FID. */
export const frechetDistance = (a: Moments, b: Moments): number => {
  if (a.mean.length !== b.mean.length) {
    const [expected, got] = [`${a.mean.length} features on both sides`, String(b.mean.length)];
    throw new TopiaryError('TOPIARY_TASKS_FEATURES', { where: 'a Fréchet distance', expected, got });
  }
  const [first, second] = [a, b].map(({ covariance }) => new Matrix(covariance.map((row) => [...row]))) as [
    Matrix,
    Matrix,
  ];
  const { eigenvectorMatrix: v, realEigenvalues } = symmetric(first);
  const root = v.mmul(Matrix.diag(realEigenvalues.map(rootOf))).mmul(v.transpose());
  const product = root.mmul(second).mmul(root);
  const cross = symmetric(product.add(product.transpose()).mul(0.5)).realEigenvalues;
  const apart = a.mean.reduce((sum, value, i) => sum + (value - b.mean[i]!) ** 2, 0);
  return Math.max(0, apart + first.trace() + second.trace() - 2 * cross.reduce((sum, value) => sum + rootOf(value), 0));
};
