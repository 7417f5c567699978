/** A file beside the dense network that it was made from: by which rules it is checked, and how much faster it is. */
import { canonicalize } from '@topiary/canonical';
import { decode } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { type Rules, rulesBeside } from './rules.js';
import type { Facts } from './verdict.js';

export interface Speedup {
  readonly pure: number;
  readonly published: number;
}

export interface Beside {
  readonly rules: Rules;
  /** Multiply-accumulates of the dense network over the file's. */
  speedup(facts: Facts): Speedup;
}

export const beside = (dense: Uint8Array, batch: number): Beside => {
  const graph = canonicalize(decode(dense));
  const { pure, published } = count(graph);
  return {
    rules: rulesBeside(graph, dense.length, batch),
    speedup: ({ macs }) => ({ pure: pure / macs.pure, published: published / macs.published }),
  };
};
