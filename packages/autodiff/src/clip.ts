/**
 * Clips the norm of the whole gradient, as torch.nn.utils.clip_grad_norm_ does. Weight decay and the `add` coefficients
 * join the gradient afterwards: they are small and cannot burst.
 */
import { type GraphBuilder, int } from '@topiary/onnx';

const squared = (b: GraphBuilder, g: string): string => b.op('ReduceSum', [b.op('Mul', [g, g])], { keepdims: int(0) });

// ‖g‖² = Σ over parameters;  g' = g · min(1, largest / (‖g‖ + 1e-6))
export const clipNorm = (
  b: GraphBuilder,
  slopes: readonly (string | null)[],
  largest: number,
): readonly (string | null)[] => {
  const known = slopes.filter((slope) => slope !== null);
  if (known.length === 0) return slopes;
  const sum = known.map((slope) => squared(b, slope)).reduce((a, c) => b.op('Add', [a, c]));
  const norm = b.op('Add', [b.op('Sqrt', [sum]), b.scalar(1e-6)]);
  const factor = b.op('Min', [b.op('Div', [b.scalar(largest), norm]), b.scalar(1)]);
  return slopes.map((slope) => (slope === null ? null : b.op('Mul', [slope, factor])));
};
