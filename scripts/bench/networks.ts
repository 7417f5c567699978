/** The networks whose training step is measured, and the sizes at which it is. */
import type { Graph } from '@topiary/onnx';
import { buildModel, MobilenetV2, type Model, materialize, Resnet20, Resnet50, Resnet56 } from '@topiary/zoo';
import { convnext } from '../../packages/zoo/src/models/_convnext.js';
import { vit } from '../../packages/zoo/src/models/_vit.js';

export interface BenchNetwork {
  readonly id: string;
  readonly model: Pick<Model, 'input' | 'classes'> & Pick<Model, 'id' | 'build'>;
  readonly batch: number;
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

export const NETWORKS: readonly BenchNetwork[] = [
  { id: 'resnet20', model: Resnet20, batch: 128 },
  { id: 'resnet56', model: Resnet56, batch: 128 },
  { id: 'resnet50-64', model: at(Resnet50, 64), batch: 32 },
  { id: 'resnet50-64-batch8', model: at(Resnet50, 64), batch: 8 },
  { id: 'resnet50-224', model: at(Resnet50, 224), batch: 8 },
  { id: 'mobilenet-v2-64', model: at(MobilenetV2, 64), batch: 32 },
  { id: 'convnext-blocks', model: convnextBlocks, batch: 32 },
  { id: 'vit-blocks', model: vitBlocks, batch: 64 },
];

export const networkOf = (id: string): BenchNetwork => {
  const found = NETWORKS.find((network) => network.id === id);
  if (!found) throw new Error(`--networks takes ${NETWORKS.map((network) => network.id).join(', ')}, not ${id}`);
  return found;
};

export const graphOf = ({ model }: BenchNetwork): Graph =>
  materialize(
    buildModel({ ...model, title: '', paper: null, expected: { params: 0, macs: { pure: 0, published: 0 } } }),
    0,
  );
