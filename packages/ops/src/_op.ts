/**
 * What an operator declares. One operator = one file; no field is optional and none has a default:
 * "nothing" is said aloud with a named constant, so that forgetting is a type error.
 */
import type { Dim, GraphBuilder, Node, Tensor, TensorType } from '@topiary/onnx';
import type { ChannelContext, Expr } from './_dimension.js';

/** What a shape rule sees. A missing optional input is null. */
export interface ShapeContext {
  readonly node: Node;
  readonly x: readonly (TensorType | null)[];
  /** The elements of input i where it is a constant, else null. */
  constant(i: number): Tensor | null;
}
export type ShapeRule = (c: ShapeContext) => readonly TensorType[];

/** An integer known while folding: a number, or a multiple of the batch symbol. */
export interface Known {
  readonly type: TensorType['type'];
  readonly dims: readonly number[];
  /** Row-major elements; null = not known. */
  readonly data: readonly (Dim | null)[];
}
export interface ValueContext {
  readonly node: Node;
  readonly x: readonly (TensorType | null)[];
  /** Known elements of input i, or null. */
  known(i: number): Known | null;
}
/** Partial evaluation for `canonical`: the known elements of each output, or null where nothing is known. */
export type ValueRule = (c: ValueContext) => readonly Known[] | null;

export interface GradientContext {
  /** Adds nodes; infers types as it goes. */
  readonly b: GraphBuilder;
  readonly node: Node;
  readonly x: readonly string[];
  readonly y: readonly string[];
  /** Gradient of each output; null where nothing downstream needs it. */
  readonly dY: readonly (string | null)[];
  /** Whether somebody wants the gradient of input i (skip costly work otherwise). */
  needs(i: number): boolean;
}
/**
 * One gradient or null per input. It may emit standard operators and abstract ones of the domain `topiary`.
 * Undoing a broadcast is not the operator's business: the walker sums a gradient to its input's shape.
 */
export type GradientRule = (c: GradientContext) => readonly (string | null)[];

/** The gradient is zero: Shape, comparison, … */
export const stops = 'stops';
/** Asking for it is a fault: operators that only inference or `lowering` meets. */
export const forbidden = 'forbidden';

/** Returns an expression for each dimension of each output; says what must leave together with `c.unify`. */
export type ChannelRule = (c: ChannelContext) => readonly (readonly Expr[])[];

export interface RewriteContext {
  readonly node: Node;
  /** Types before and after the cut. */
  readonly before: { readonly x: readonly (TensorType | null)[]; readonly y: readonly TensorType[] };
  readonly after: { readonly x: readonly (TensorType | null)[]; readonly y: readonly TensorType[] };
  constant(i: number): Tensor | null;
  /** Kept positions along an axis of input i (ascending). */
  keptIn(i: number, axis: number): Int32Array;
  /** Kept positions along an axis of output i. */
  keptOut(i: number, axis: number): Int32Array;
}
export interface Rewritten {
  /** Attributes that restate a width, with their new values. */
  readonly attributes?: Node['attributes'];
  /** Constant inputs that restate a width, with their new values. */
  readonly constants?: Readonly<Record<number, Tensor>>;
}
/** Which attributes or constant inputs restate a width (`group`, `split`, the shape of a Reshape)? */
export type RewriteRule = (c: RewriteContext) => Rewritten;
export const nothing: RewriteRule = () => ({});

export interface MacsContext {
  readonly node: Node;
  /** Types with the batch symbol; counts are for one example (`elementsAt(shape, 1)`). */
  readonly x: readonly (TensorType | null)[];
  readonly y: readonly TensorType[];
  /** Whether input i is an initialiser (a weight), not an activation. */
  isWeight(i: number): boolean;
}
/** Multiply-accumulates by both counters (design section 4; the published one is spec pruningbench 2.8). */
export interface Macs {
  readonly pure: number;
  readonly published: number;
}
export type MacsRule = (c: MacsContext) => Macs;
export const none: MacsRule = () => ({ pure: 0, published: 0 });

export interface CostContext extends MacsContext {
  /** Whether input i depends on the example; what does not is computed once, or stands in the file. */
  varies(i: number): boolean;
}
/** Work for one example, whatever it is called in the literature: the gate's ceilings are made of these. */
export interface Cost {
  /** Multiply-accumulates of operators that multiply and add in one. */
  readonly products: number;
  /**
   * How often two numbers that depend on the example become one: a sum, a product, a larger of two, one step of a
   * reduction. Whatever the arithmetic, a number made of n others takes n - 1 of them, so that multiply-accumulates
   * which are written in other operators show here.
   */
  readonly joins: number;
  /** Of these, steps of a reduction: sums over an axis or a window. */
  readonly folds: number;
  /** Of these, inside of an operator that normalises: a norm, a softmax. */
  readonly norms: number;
  /** Elements times the time of the function against that of an addition. */
  readonly elementwise: number;
  /** Read and written, weights included. */
  readonly bytes: number;
}
/** Shared rules stand in `_cost.ts`. */
export type CostRule = (c: CostContext) => Cost;

/**
 * What an initialiser means to the operator that reads it. Axes say which dimension makes the operator's own
 * channels (`out`) and which reads its producer's (`in`); criteria and optimisers read this.
 */
export type Role =
  | { readonly role: 'weight'; readonly out: number; readonly in: number }
  | { readonly role: 'bias' }
  | { readonly role: 'scale' }
  | { readonly role: 'shift' }
  | { readonly role: 'statistic' }
  | { readonly role: 'parameter' };
/** Role per input index, for the inputs that may be initialisers with channels. */
export type Roles = (node: Node, x: readonly (TensorType | null)[]) => Readonly<Record<number, Role>>;
export const noRoles: Roles = () => ({});

export interface Op {
  /** ONNX name, equal to the object's. */
  readonly type: string;
  /** '' = ai.onnx, 'topiary' = abstract. */
  readonly domain: string;
  /** First opset of the form this file describes (canonical writes opset 20). */
  readonly since: number;
  readonly shape: ShapeRule;
  readonly value: ValueRule;
  readonly gradient: GradientRule | typeof stops | typeof forbidden;
  readonly channels: ChannelRule;
  readonly rewrite: RewriteRule;
  readonly macs: MacsRule;
  readonly cost: CostRule;
  readonly roles: Roles;
  /** May stand in a file that somebody uploads. */
  readonly uploads: boolean;
}

export const noValue: ValueRule = () => null;

export const defineOp = (op: Op): Op => Object.freeze(op);
