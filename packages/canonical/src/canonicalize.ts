/**
 * Makes a foreign graph plain: the same function, in opset 20, with every dimension but the batch fixed, merged
 * constants apart and shared weights together, no shape arithmetic, and LayerNorm and GELU as one node each.
 */
import { type Graph, type Tensor, validate } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import type { Pass, Settings } from './_pass.js';
import { constantsToInitializers } from './constants.js';
import { dropDead } from './drop-dead.js';
import { dropIdentity } from './drop-identity.js';
import { dropNeutral } from './drop-neutral.js';
import { fixInputs } from './fix-inputs.js';
import { fold } from './fold.js';
import { recogniseGelu } from './gelu.js';
import { recogniseLayerNorm } from './layer-norm.js';
import { ownCopies } from './own-copies.js';
import { rename } from './rename.js';
import { upgrade } from './upgrade.js';

export interface CanonicalOptions {
  /** Symbol of the batch dimension: `N`. */
  readonly batch?: string;
  /** Sizes for the symbols of a file's other dimensions, such as `{ height: 224 }`. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Runs a subgraph of constants that the operators' own rules do not compute. */
  readonly evaluate?: (constantSubgraph: Graph) => readonly Tensor[];
}

const PASSES: readonly Pass[] = [
  upgrade,
  constantsToInitializers,
  dropIdentity,
  fixInputs,
  fold,
  dropDead,
  dropNeutral,
  recogniseLayerNorm,
  recogniseGelu,
  dropDead,
  ownCopies,
  rename,
];

/** Types of the outputs as they are now; a file may have left them open. */
const typeOutputs = (graph: Graph): Graph => {
  const types = inferTypes(graph);
  return { ...graph, outputs: graph.outputs.map((output) => ({ ...output, ...types.get(output.name) })) };
};

/** The canonical form of a graph; canonical graphs come out as they went in. */
export const canonicalize = (graph: Graph, options: CanonicalOptions = {}): Graph => {
  const settings: Settings = {
    batch: options.batch ?? 'N',
    sizes: options.sizes ?? {},
    evaluate: options.evaluate ?? null,
    opset: graph.opsets[''] ?? Number.POSITIVE_INFINITY,
  };
  const canonical = typeOutputs(PASSES.reduce((g, pass) => pass(g, settings), graph));
  validate(canonical);
  return canonical;
};
