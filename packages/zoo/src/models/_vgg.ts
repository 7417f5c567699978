/** VGG with BatchNorm (Simonyan and Zisserman 2015, table 1, columns D and E): 3×3 convolutions between poolings. */
import type { Layers } from './_layers.js';

/** Channels of the convolutions of each stage. */
export type VggStages = readonly (readonly number[])[];

const repeated = (depths: readonly number[]): VggStages =>
  depths.map((depth, stage) => Array<number>(depth).fill(Math.min(512, 64 * 2 ** stage)));

export const VGG16 = repeated([2, 2, 3, 3, 3]);
export const VGG19 = repeated([2, 2, 4, 4, 4]);

export interface Vgg {
  readonly stages: VggStages;
  readonly classes: number;
  /** Width of the two linear layers before the classifier (4096). */
  readonly hidden?: number;
}

const convNorm = (nn: Layers, x: string, folder: string, place: number, channels: number): string => {
  const made = nn.conv(x, `${folder}.${place}`, { channels, kernel: 3, pad: 1, bias: true });
  return nn.batchNorm(made, `${folder}.${place + 1}`);
};

/** For pictures of 32·n pixels; torchvision's names. Pooling to 7×7, which 224 pixels have reached, is a node all the same. */
export const vgg =
  ({ stages, classes, hidden = 4096 }: Vgg) =>
  (nn: Layers, input: string): string => {
    let x = input;
    let place = 0;
    for (const stage of stages) {
      for (const channels of stage) {
        x = nn.relu(convNorm(nn, x, 'features', place, channels));
        place += 3;
      }
      x = nn.maxPool(x, 2, 2, 0);
      place += 1;
    }
    x = nn.flatten(nn.averagePool(x, 1, 1));
    for (const i of [0, 3]) x = nn.relu(nn.linear(x, `classifier.${i}`, hidden));
    return nn.linear(x, 'classifier.6', classes);
  };

/**
 * For pictures of 32 pixels as PruningBench has it: three poolings, then the mean, and one linear layer. The last Relu
 * of each stage is a function call there.
 */
export const cifarVgg =
  ({ stages, classes }: Omit<Vgg, 'hidden'>) =>
  (nn: Layers, input: string): string => {
    let x = input;
    stages.forEach((stage, s) => {
      stage.forEach((channels, i) => {
        const made = convNorm(nn, x, `block${s}`, 3 * i, channels);
        x = i === stage.length - 1 ? nn.uncounted(() => nn.relu(made)) : nn.relu(made);
      });
      if (s < 3) x = nn.maxPool(x, 2, 2, 0);
    });
    return nn.linear(nn.globalAveragePool(x), 'classifier', classes);
  };
