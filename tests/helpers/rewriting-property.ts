/** The property of the gate: a network that is written otherwise counts what it is, or is refused. */
import { check, type Rules, rulesBeside } from '@topiary/gate';
import { encode, type Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { random } from './random.js';
import { type Rewritten, rewrite } from './rewritings.js';
import { cutAtRandom, type Shipped, shippedNetworks } from './shipped-networks.js';

export interface Outcome {
  readonly seed: number;
  readonly network: string;
  readonly ways: readonly string[];
  /** Codes of the refusal; empty where it was admitted. */
  readonly refused: readonly string[];
  /** Counted over true, of what was admitted. */
  readonly macs: number;
  readonly params: number;
}

const LEAST = 0.9;
const BATCH = 250;

export const holds = ({ refused, macs, params }: Outcome): boolean =>
  refused.length > 0 || (macs >= LEAST && params >= LEAST);

export interface Honest {
  readonly id: string;
  readonly graph: Graph;
  readonly rules: Rules;
}

/** Without the rule that pictures stay apart, which would refuse every nought that is made of a picture. */
const rulesOf = ({ graph, bytes }: Shipped): Rules => ({ ...rulesBeside(graph, bytes, BATCH), apart: false });

const TARGETS = [1, 1, 2, 4] as const;
const SCOPES = ['global', 'local'] as const;

/** A shipped network, whole or cut, with the rules of its board. */
export const honestNetwork = (shipped: readonly Shipped[], rng: () => number): Honest => {
  const pick = <T>(of: readonly T[]): T => of[Math.min(of.length - 1, Math.floor(rng() * of.length))]!;
  const base = pick(shipped);
  const [speedup, scope] = [pick(TARGETS), pick(SCOPES)];
  const rules = rulesOf(base);
  if (speedup === 1) return { id: base.id, graph: base.graph, rules };
  return { id: `${base.id} ${scope} ${speedup}x`, graph: cutAtRandom(base.graph, { speedup, scope, rng }), rules };
};

export const outcomeOf = (shipped: readonly Shipped[], seed: number): Outcome => {
  const rng = random(seed);
  // the first draws of neighbouring seeds are neighbours
  for (let i = 0; i < 8; i += 1) rng();
  const { id, graph, rules } = honestNetwork(shipped, rng);
  // Few layers are the harder case, and none at all: what is hidden may lie within a tolerance.
  const layers = rng() < 0.3 ? 0 : 0.02 + 0.5 * rng() ** 3;
  const { graph: written, ways }: Rewritten = rewrite(graph, { rng, layers, weights: rng() ** 2 });
  const truth = count(graph);
  const { faults, facts } = check(encode(written), rules);
  const refused = faults.map(({ code }) => code);
  const macs = refused.length > 0 ? Number.NaN : facts!.macs.pure / truth.pure;
  const params = refused.length > 0 ? Number.NaN : facts!.params / truth.params;
  return { seed, network: id, ways, refused, macs, params };
};

export { shippedNetworks };
