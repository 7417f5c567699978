/**
 * Dimension expressions: every dimension of every tensor is a sum of segments (Concat, Split, Slice, Pad with zeros)
 * of products of atoms (Reshape splits and merges, Transpose permutes). Channel rules build and equate them through
 * this interface; `pruning` implements it (union-find over atoms). A component of atoms is a prunable group.
 */
import type { Node, Tensor, TensorType } from '@topiary/onnx';

/** Opaque to operators; made and read only through a ChannelContext. */
export interface Expr {
  readonly kind: 'atom' | 'sum' | 'product';
}

export interface ChannelContext {
  readonly node: Node;
  /** Types of inputs and outputs; a missing optional input is null. */
  readonly types: { readonly x: readonly (TensorType | null)[]; readonly y: readonly TensorType[] };
  /** One expression per dimension of each input (initialisers included); [] for a missing input. */
  readonly x: readonly (readonly Expr[])[];
  constant(i: number): Tensor | null;
  /** Number of elements of a dimension (the batch symbol counts as a fixed unknown). */
  size(e: Expr): number;
  /** These two dimensions lose the same channels. Where they cannot be aligned, both become fixed. */
  unify(a: Expr, b: Expr): void;
  /** This dimension never loses a channel (spatial, token, batch, class dimensions). */
  fix(e: Expr): void;
  /** A fresh dimension that never loses a channel; `dim` from the output's type. */
  fixed(dim: TensorType['shape'][number]): Expr;
  /** A fresh dimension that may lose channels. */
  free(size: number): Expr;
  /** Concatenation of parts along one dimension. */
  sum(parts: readonly Expr[]): Expr;
  /** Row-major product: outermost factor first. */
  product(factors: readonly Expr[]): Expr;
  /** Cuts a dimension into consecutive parts of the given sizes (Split, Slice). */
  split(e: Expr, sizes: readonly number[]): readonly Expr[];
  /** Row-major regrouping of dimensions into the output's dimensions (Reshape, Flatten); sizes from the type. */
  reshape(dims: readonly Expr[], to: TensorType['shape']): readonly Expr[];
}
