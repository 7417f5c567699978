/** What a model is: a recipe for a graph, with the counts that it must have. */
import type { Layers } from './models/_layers.js';

export interface Model {
  readonly id: string;
  readonly title: string;
  readonly paper: string | null;
  /** Channels, height, width. */
  readonly input: readonly [number, number, number];
  readonly classes: number;
  /** From `x` [N, ...input] to the logits [N, classes], or to whatever outputs the network has, by name. */
  build(nn: Layers, x: string): string | Readonly<Record<string, string>>;
  /** Learned numbers (running statistics are not), and multiply-accumulates of one picture by both counters. */
  readonly expected: { readonly params: number; readonly macs: { readonly pure: number; readonly published: number } };
}
