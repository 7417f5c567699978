/** What a lowering rule is: one abstract operator in, nodes that onnxruntime runs out. */
import type { GraphBuilder, Node, Tensor, TensorType } from '@topiary/onnx';

export interface LoweringContext {
  readonly b: GraphBuilder;
  readonly node: Node;
  /** Inputs by their names in the new graph; '' = left out. */
  readonly x: readonly string[];
  /** Whether somebody reads output i. */
  reads(i: number): boolean;
  /** Type of input i. */
  type(i: number): TensorType;
  /** Type of output i, by the operator's own shape rule. */
  out(i: number): TensorType;
  constant(i: number): Tensor | null;
  /** Only operators of the ONNX standard (providers other than the CPU). */
  readonly standardOnly: boolean;
}

/** Returns one value per output of the node; '' for an output that nobody reads. */
export type LoweringRule = (c: LoweringContext) => readonly string[];

/** Rules by operator (`domain:type`); a variant may also replace standard operators. */
export type Variant = ReadonlyMap<string, LoweringRule>;

export const keyOf = ({ op, domain }: Pick<Node, 'op' | 'domain'>): string => `${domain}:${op}`;
