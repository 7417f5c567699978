/**
 * What the process of an upload says is its word, and whoever got out of onnxruntime speaks it. Facts are worked out
 * again here, where nothing of a stranger runs, and a file that comes back passes the gate once more.
 */
import { canonicalize } from '@topiary/canonical';
import { TopiaryError } from '@topiary/errors';
import { admit, check, type Facts, type Rules, rulesBeside } from '@topiary/gate';
import { standard } from '@topiary/lowering';
import { decode, encode, type Graph } from '@topiary/onnx';
import type { Opened } from '../runner-messages.js';

const forged = (where: string, expected: unknown, got: unknown): TopiaryError =>
  new TopiaryError('TOPIARY_SANDBOX_FORGED', { where, expected: JSON.stringify(expected), got: JSON.stringify(got) });

/** Rules of an upload beside the file of a base network. */
export const rulesFor = (base: Uint8Array, batch: number): Rules =>
  rulesBeside(canonicalize(decode(base)), base.length, batch);

/** What is known of an upload without anybody's word. */
export interface Known extends Opened {
  readonly graph: Graph;
}

/** Facts and weights of an upload; the other process has to agree. */
export const recheck = (model: Uint8Array, rules: Rules, said: Opened): Known => {
  const { graph } = admit(model, rules);
  const facts = check(model, rules).facts!;
  if (JSON.stringify(facts) !== JSON.stringify(said.facts)) throw forged('the facts of the upload', facts, said.facts);
  return { facts, graph, weights: [...graph.initializers.values()].map(({ name, dims }) => ({ name, dims })) };
};

/** The trained network as our own encoder writes it, if it is still the one that was admitted. */
export const recheckFile = (file: Uint8Array, rules: Rules, { macs, params }: Facts): Uint8Array => {
  const { graph } = admit(file, rules);
  const now = check(file, rules).facts!;
  const [before, after] = [
    { macs, params },
    { macs: now.macs, params: now.params },
  ];
  if (JSON.stringify(before) !== JSON.stringify(after)) throw forged('the trained network', before, after);
  return encode(standard(graph));
};
