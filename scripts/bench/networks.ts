/** The networks whose training step is measured, and the sizes at which it is. */
import type { Graph } from '@topiary/onnx';
import {
  buildModel,
  EfficientnetB0,
  MobilenetV2,
  type Model,
  materialize,
  Resnet18,
  Resnet20,
  Resnet50,
  Resnet56,
  randomFrom,
} from '@topiary/zoo';
import { convnext } from '../../packages/zoo/src/models/_convnext.js';
import { densenet } from '../../packages/zoo/src/models/_densenet.js';
import { vit } from '../../packages/zoo/src/models/_vit.js';
import { ditLike, gptLike, samLike } from './blocks.js';
import { cutTo } from './cut.js';

export interface BenchNetwork {
  readonly id: string;
  readonly model: Pick<Model, 'input' | 'classes'> & Pick<Model, 'id' | 'build'>;
  readonly batch: number;
  /** Cut to 1.5x by chance: widths that no kernel was made for. */
  readonly odd?: boolean;
}

const at = (model: Model, pixels: number): Model => ({ ...model, input: [3, pixels, pixels] });

/** Two stages of ConvNeXt-T's first widths, two blocks each: 16×16 places of 96 channels, 8×8 of 192. */
const convnextBlocks = {
  id: 'convnext-blocks',
  input: [3, 64, 64],
  classes: 10,
  build: convnext({ widths: [96, 192], depths: [2, 2], stem: 4, scale: 1e-6, classes: 10 }),
} as const;

/** Six blocks of DeiT-Ti: 65 tokens of 192 channels, three heads. */
const vitBlocks = {
  id: 'vit-blocks',
  input: [3, 64, 64],
  classes: 10,
  build: vit({ picture: 64, patch: 8, width: 192, depth: 6, heads: 3, classes: 10 }),
} as const;

/** Three blocks of six layers that add 24 channels each: concatenations all the way. */
const densenetBlocks = {
  id: 'densenet-blocks',
  input: [3, 64, 64],
  classes: 10,
  build: densenet({ blocks: [6, 6, 6], growth: 24, classes: 10 }),
} as const;

/** 64 tokens of 192 channels, three heads. */
const ditBlocks = {
  id: 'dit-blocks',
  input: [3, 64, 64],
  classes: 10,
  build: ditLike({ patch: 8, width: 192, depth: 6, heads: 3, classes: 10 }),
} as const;

/** 256 tokens of 192 channels, three heads. */
const gptBlocks = {
  id: 'gpt-blocks',
  input: [3, 64, 64],
  classes: 10,
  build: gptLike({ patch: 4, width: 192, depth: 4, heads: 3, classes: 10 }),
} as const;

/** 256 places of 192 channels, three heads: windows of 7 × 7 with zeros behind, every other block over the whole picture. */
const samBlocks = {
  id: 'sam-blocks',
  input: [3, 128, 128],
  classes: 10,
  build: samLike(
    { picture: 128, patch: 8, width: 192, depth: 4, heads: 3, window: 7, global: [1, 3], channels: 64 },
    10,
  ),
} as const;

export const NETWORKS: readonly BenchNetwork[] = [
  { id: 'resnet20', model: Resnet20, batch: 128 },
  { id: 'resnet56', model: Resnet56, batch: 128 },
  { id: 'resnet50-64', model: at(Resnet50, 64), batch: 32 },
  { id: 'resnet50-64-batch8', model: at(Resnet50, 64), batch: 8 },
  { id: 'resnet50-224', model: at(Resnet50, 224), batch: 8 },
  { id: 'mobilenet-v2-64', model: at(MobilenetV2, 64), batch: 32 },
  { id: 'convnext-blocks', model: convnextBlocks, batch: 32 },
  { id: 'vit-blocks', model: vitBlocks, batch: 64 },
  { id: 'dit-blocks', model: ditBlocks, batch: 64 },
  { id: 'gpt-blocks', model: gptBlocks, batch: 16 },
  { id: 'sam-blocks', model: samBlocks, batch: 8 },
  { id: 'resnet56-odd', model: Resnet56, batch: 128, odd: true },
  { id: 'densenet-blocks', model: densenetBlocks, batch: 32 },
  { id: 'efficientnet-b0-64', model: at(EfficientnetB0, 64), batch: 32 },
  { id: 'resnet18-64-batch16', model: at(Resnet18, 64), batch: 16 },
];

export const networkOf = (id: string): BenchNetwork => {
  const found = NETWORKS.find((network) => network.id === id);
  if (!found) throw new Error(`--networks takes ${NETWORKS.map((network) => network.id).join(', ')}, not ${id}`);
  return found;
};

const oddWidths = (graph: Graph): Graph => {
  const random = randomFrom('odd widths');
  return cutTo(graph, { criterion: 'random', speedup: 1.5, rng: () => random.unit() });
};

export const graphOf = ({ model, odd = false }: BenchNetwork): Graph => {
  const built = buildModel({
    ...model,
    title: '',
    paper: null,
    expected: { params: 0, macs: { pure: 0, published: 0 } },
  });
  const graph = materialize(built, 0);
  return odd ? oddWidths(graph) : graph;
};
