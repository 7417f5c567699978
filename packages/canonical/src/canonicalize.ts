/**
 * Makes a foreign graph plain: the same function, in opset 20, with every dimension but the batch fixed, merged
 * constants apart and shared weights together, no shape arithmetic, and LayerNorm, GroupNorm, GELU and SiLU as one
 * node each.
 */
import { type Graph, OPSET, printNode, validate } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { Budget } from './_budget.js';
import type { Evaluate, Pass, Settings } from './_pass.js';
import { constantsToInitializers } from './constants.js';
import { dropDead } from './drop-dead.js';
import { dropExpand } from './drop-expand.js';
import { dropIdentity } from './drop-identity.js';
import { dropNeutral } from './drop-neutral.js';
import { fixInputs } from './fix-inputs.js';
import { fold } from './fold.js';
import { foldConstants } from './fold-constants.js';
import { recogniseGelu } from './gelu.js';
import { recogniseGroupNorm } from './group-norm.js';
import { recogniseLayerNorm } from './layer-norm.js';
import { ownCopies } from './own-copies.js';
import { rename } from './rename.js';
import { recogniseSilu } from './silu.js';
import { upgrade } from './upgrade.js';

export interface CanonicalOptions {
  /** Symbol of the batch dimension: `N`. */
  readonly batch?: string;
  /** Sizes for the symbols of a file's other dimensions, such as `{ height: 224 }`. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Runs a subgraph of constants that the operators' own rules do not compute; null where it cannot. */
  readonly evaluate?: Evaluate;
  /** Elements that folding may compute, all constants together. */
  readonly mostComputed?: number;
}

const PASSES: readonly Pass[] = [
  upgrade,
  constantsToInitializers,
  dropIdentity,
  fixInputs,
  fold,
  dropDead,
  foldConstants,
  dropDead,
  dropNeutral,
  dropExpand,
  recogniseLayerNorm,
  dropDead,
  recogniseGroupNorm,
  dropDead,
  recogniseGelu,
  recogniseSilu,
  dropDead,
  ownCopies,
  rename,
];

/** Rounds of all passes at most; a second one finds nothing to do in almost any file. */
const MOST_ROUNDS = 5;

const isSame = (a: Graph, b: Graph): boolean =>
  a.nodes.length === b.nodes.length &&
  a.initializers.size === b.initializers.size &&
  a.nodes.every((node, i) => printNode(node) === printNode(b.nodes[i]!));

/** Types of the outputs as they are now; a file may have left them open. */
const typeOutputs = (graph: Graph): Graph => {
  const types = inferTypes(graph);
  return { ...graph, outputs: graph.outputs.map((output) => ({ ...output, ...types.get(output.name) })) };
};

/** Which domains the graph has now: some compositions became abstract operators. */
const nameDomains = (graph: Graph): Graph => {
  const { topiary: _, ...opsets } = graph.opsets;
  const abstract = graph.nodes.some(({ domain }) => domain === 'topiary');
  return { ...graph, opsets: abstract ? { ...opsets, topiary: 1 } : opsets };
};

/** The canonical form of a graph; canonical graphs come out as they went in. */
export const canonicalize = (graph: Graph, options: CanonicalOptions = {}): Graph => {
  const settings: Settings = {
    batch: options.batch ?? 'N',
    sizes: options.sizes ?? {},
    evaluate: options.evaluate ?? null,
    opset: graph.opsets[''] ?? Number.POSITIVE_INFINITY,
    budget: new Budget(options.mostComputed),
  };
  let plain = PASSES.reduce((g, pass) => pass(g, settings), graph);
  // What one pass leaves may be something for another that has had its turn.
  for (let round = 1; round < MOST_ROUNDS; round += 1) {
    const again = PASSES.reduce((g, pass) => pass(g, { ...settings, opset: OPSET }), plain);
    const settled = isSame(again, plain);
    plain = again;
    if (settled) break;
  }
  const canonical = nameDomains(typeOutputs(plain));
  validate(canonical);
  return canonical;
};
