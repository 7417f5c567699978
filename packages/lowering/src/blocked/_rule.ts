/** What a blocked lowering rule is: which nodes it takes, in which layout its result lies, what it emits. */
import type { Node, Shape, Tensor } from '@topiary/onnx';
import type { LoweringContext } from '../_rule.js';
import type { Layout } from '../values.js';

/** A node before it is lowered. Shapes are those of the graph, without padding. */
export interface Candidate {
  readonly node: Node;
  /** Channels per block. */
  readonly block: number;
  shape(i: number): Shape;
  outShape(i: number): Shape;
  constant(i: number): Tensor | null;
  /** Whether input i lies in the blocked layout. */
  arrives(i: number): boolean;
  /** Whether somebody reads output 0 in the blocked layout. */
  wanted(): boolean;
}

/** `x` holds the inputs in the plain layout. */
export interface BlockedContext extends LoweringContext, Candidate {
  /** Whether a filter, input i, lies in blocks already: it is kept so between steps. */
  storedIn(i: number): boolean;
  /** Whether output 0, a filter's gradient, is wanted in a filter's blocks. */
  storedOut(): boolean;
  /** Input i in the blocked layout. */
  blocked(i: number): string;
}

export interface BlockedRule {
  /** Layout of the outputs that have four dimensions; the others are plain. */
  readonly gives: Layout;
  /** Whether this node can be computed in blocks and is worth it. */
  readonly takes: (c: Candidate) => boolean;
  readonly lower: (c: BlockedContext) => readonly string[];
}
