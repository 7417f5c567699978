/**
 * Residual networks with projections on the shortcuts (He et al. 2016) in torchvision's form: in bottlenecks the stride
 * is on the 3×3 convolution ("v1.5"), which may be grouped (ResNeXt, Xie et al. 2017).
 */
import type { Layers } from './_layers.js';

export interface Resnet {
  readonly block: Block;
  /** Blocks of each stage. */
  readonly depths: readonly number[];
  readonly classes: number;
  /** Channels of the first stage, doubled by each later one (64). */
  readonly width?: number;
  /** Of the 3×3 convolutions in bottlenecks, which have that many channels for each 64 of the stage (1 × 64). */
  readonly groups?: number;
  readonly groupWidth?: number;
  readonly style?: Style;
}

/** What differs between the places that these networks are published in. */
export interface Style {
  readonly stem: (nn: Layers, x: string, width: number) => string;
  readonly shortcut: string;
  readonly classifier: string;
  /** What is a function call there: Relu inside of blocks, Relu behind them (and the stem's, if both), the last pooling. */
  readonly functions: readonly ('inner' | 'outer' | 'pool')[];
}

interface Place {
  readonly nn: Layers;
  readonly name: string;
  readonly width: number;
  readonly inner: number;
  readonly groups: number;
  readonly stride: number;
  relu(x: string): string;
}

interface Block {
  /** How many times wider than its stage the output is. */
  readonly expansion: number;
  /** The branch beside the shortcut, up to the addition. */
  branch(place: Place, x: string): string;
}

const convNorm = (
  { nn, name }: Place,
  x: string,
  i: number,
  [channels, kernel]: readonly [number, number],
  { stride = 1, groups = 1 } = {},
): string => {
  const made = nn.conv(x, `${name}.conv${i}`, { channels, kernel, stride, pad: (kernel - 1) / 2, groups });
  return nn.batchNorm(made, `${name}.bn${i}`);
};

export const BASIC: Block = {
  expansion: 1,
  branch(place, x) {
    const { width, stride, relu } = place;
    return convNorm(place, relu(convNorm(place, x, 1, [width, 3], { stride })), 2, [width, 3]);
  },
};

export const BOTTLENECK: Block = {
  expansion: 4,
  branch(place, x) {
    const { width, inner, groups, stride, relu } = place;
    const narrow = relu(convNorm(place, x, 1, [inner, 1]));
    const wide = relu(convNorm(place, narrow, 2, [inner, 3], { stride, groups }));
    return convNorm(place, wide, 3, [4 * width, 1]);
  },
};

const TORCHVISION: Style = {
  stem(nn, x, channels) {
    const made = nn.batchNorm(nn.conv(x, 'conv1', { channels, kernel: 7, stride: 2, pad: 3 }), 'bn1');
    return nn.maxPool(nn.relu(made), 3, 2, 1);
  },
  shortcut: 'downsample',
  classifier: 'fc',
  functions: [],
};

/** For 32×32 pictures: no pooling in front, and no stride unless said. */
const smallStem =
  (relu: (nn: Layers, x: string) => string, stride = 1): Style['stem'] =>
  (nn, x, channels) =>
    relu(nn, nn.batchNorm(nn.conv(x, 'conv1', { channels, kernel: 3, stride, pad: 1 }), 'bn1'));

/** ResNet-18 to -152 for CIFAR as PruningBench has them. */
export const CIFAR: Style = {
  stem: smallStem((nn, x) => nn.uncounted(() => nn.relu(x))),
  shortcut: 'shortcut',
  classifier: 'linear',
  functions: ['inner', 'outer', 'pool'],
};

/** Three narrow stages for CIFAR, with projections, as PruningBench has ResNet-56. */
export const CIFAR_NARROW: Style = {
  stem: smallStem((nn, x) => nn.relu(x)),
  shortcut: 'downsample',
  classifier: 'fc',
  functions: ['outer'],
};

/** Narrow, with a stem that halves the picture, so that a run takes seconds on a CPU. */
export const TINY: Style = {
  stem: smallStem((nn, x) => nn.relu(x), 2),
  shortcut: 'downsample',
  classifier: 'linear',
  functions: [],
};

export const resnet =
  ({ block, depths, classes, width: first = 64, groups = 1, groupWidth = 64, style = TORCHVISION }: Resnet) =>
  (nn: Layers, input: string): string => {
    const called = (what: Style['functions'][number], body: () => string) =>
      style.functions.includes(what) ? nn.uncounted(body) : body();
    const relu = (x: string) => called('inner', () => nn.relu(x));
    let x = style.stem(nn, input, first);
    let from = first;
    depths.forEach((depth, stage) => {
      const width = first * 2 ** stage;
      const inner = (width * groupWidth * groups) / 64;
      const to = width * block.expansion;
      for (let i = 0; i < depth; i += 1) {
        const name = `layer${stage + 1}.${i}`;
        const stride = stage > 0 && i === 0 ? 2 : 1;
        const y = block.branch({ nn, name, width, inner, groups, stride, relu }, x);
        const project = () => nn.conv(x, `${name}.${style.shortcut}.0`, { channels: to, kernel: 1, stride });
        const shortcut = stride === 1 && from === to ? x : nn.batchNorm(project(), `${name}.${style.shortcut}.1`);
        x = called('outer', () => nn.relu(nn.add(y, shortcut)));
        from = to;
      }
    });
    return nn.linear(
      called('pool', () => nn.globalAveragePool(x)),
      style.classifier,
      classes,
    );
  };
