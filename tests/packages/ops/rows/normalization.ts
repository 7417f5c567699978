/** Normalisations and softmax; narrow LayerNormalization against the formula in plain numbers. */
import { float, int, type Tensor, toNumbers } from '@topiary/onnx';
import { ABSTRACT, type Row } from '../../../helpers/expect-op.js';
import { data, indices, positive, positiveWeight, statistic, weight, whole } from '../../../helpers/operands.js';

/** (x - mean) / √(variance + epsilon) · scale + bias over rows of `width`. */
const layerNorm = ([x, scale, bias]: readonly Tensor[]): readonly number[] => {
  const [values, gain, shift] = [x!, scale!, bias!].map(toNumbers) as [number[], number[], number[]];
  const width = gain.length;
  return values.map((value, at) => {
    const row = values.slice(at - (at % width), at - (at % width) + width);
    const mean = row.reduce((a, b) => a + b, 0) / width;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / width;
    return ((value - mean) / Math.sqrt(variance + 1e-5)) * gain[at % width]! + shift[at % width]!;
  });
};

/** The same with one mean and variance for `group` channels and all places. */
const groupNorm =
  (groupsOf: (channels: number) => number) =>
  ([x, scale, bias]: readonly Tensor[]): readonly number[] => {
    const [values, gain, shift] = [x!, scale!, bias!].map(toNumbers) as [number[], number[], number[]];
    const [N, C] = x!.dims as [number, number];
    const places = values.length / (N * C);
    const size = values.length / (N * groupsOf(C));
    return values.map((value, at) => {
      const row = values.slice(at - (at % size), at - (at % size) + size);
      const mean = row.reduce((a, b) => a + b, 0) / size;
      const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size;
      const channel = Math.floor(at / places) % C;
      return ((value - mean) / Math.sqrt(variance + 1e-5)) * gain[channel]! + shift[channel]!;
    });
  };

const channel = [positiveWeight([4]), weight([4])];

export const rows: readonly Row[] = [
  {
    op: 'BatchNormalization',
    of: 'pictures',
    inputs: [data([2, 4, 3, 3]), ...channel, statistic(weight([4])), statistic(positive([4]))],
    attributes: { epsilon: float(1e-3) },
    macs: { pure: 0, published: 72 },
    atoms: 4,
    linear: true,
  },
  {
    op: 'BatchNormalization',
    of: 'vectors',
    inputs: [data([3, 4]), ...channel, statistic(weight([4])), statistic(positive([4]))],
    macs: { pure: 0, published: 8 },
    atoms: 2,
    linear: true,
  },
  {
    op: 'BatchNormalizationTrain',
    domain: ABSTRACT,
    of: 'pictures',
    inputs: [data([4, 3, 3, 2]), positiveWeight([3]), weight([3]), statistic(weight([3])), statistic(positive([3]))],
    outputs: 5,
    slopes: 1,
    macs: { pure: 0, published: 36 },
    atoms: 0,
  },
  {
    op: 'LayerNormalization',
    of: 'tokens',
    inputs: [data([2, 3, 6]), positiveWeight([6]), weight([6])],
    macs: { pure: 0, published: 36 },
    atoms: 3, // batch, tokens, width
    cut: layerNorm,
  },
  {
    op: 'LayerNormalization',
    of: 'the last two axes, with epsilon',
    inputs: [data([2, 3, 2, 4]), positiveWeight([2, 4]), weight([2, 4])],
    attributes: { axis: int(2), epsilon: float(1e-5) },
    macs: { pure: 0, published: 48 },
    atoms: 4,
    cut: layerNorm,
  },
  {
    op: 'InstanceNormalization',
    of: 'pictures',
    inputs: [data([2, 4, 3, 3]), ...channel],
    macs: { pure: 0, published: 72 },
    atoms: 4, // batch, channels, places
    cut: groupNorm((channels) => channels),
  },
  {
    op: 'InstanceNormalization',
    of: 'groups of channels and places in a row',
    inputs: [data([2, 4, 6]), ...channel],
    macs: { pure: 0, published: 48 },
    atoms: 3,
    cut: groupNorm((channels) => channels),
  },
  {
    op: 'GroupNormalization',
    domain: ABSTRACT,
    of: 'two groups of three',
    inputs: [data([2, 6, 3, 2]), positiveWeight([6]), weight([6])],
    attributes: { num_groups: int(2) },
    macs: { pure: 0, published: 72 },
    atoms: 4,
    cut: groupNorm(() => 2),
  },
  {
    op: 'GroupNormalization',
    domain: ABSTRACT,
    of: 'a group for each channel',
    inputs: [data([2, 4, 5]), ...channel],
    attributes: { num_groups: int(4) },
    macs: { pure: 0, published: 40 },
    atoms: 3,
    cut: groupNorm((channels) => channels),
  },
  {
    op: 'GroupNormalization',
    domain: ABSTRACT,
    of: 'one group of vectors, with epsilon',
    inputs: [data([3, 4]), ...channel],
    attributes: { num_groups: int(1), epsilon: float(1e-5) },
    macs: { pure: 0, published: 8 },
    atoms: 2,
    cut: groupNorm(() => 1),
  },
  {
    op: 'Softmax',
    of: 'attention weights',
    inputs: [data([2, 3, 4, 4])],
    macs: { pure: 0, published: 48 },
    atoms: 3, // the normalised axis stays
  },
  {
    op: 'Softmax',
    of: 'over channels',
    inputs: [data([2, 3, 4])],
    attributes: { axis: int(1) },
    macs: { pure: 0, published: 12 },
    atoms: 2,
  },
  {
    op: 'LogSoftmax',
    of: 'classes',
    inputs: [data([3, 5])],
    macs: { pure: 0, published: 0 },
    atoms: 1,
  },
  {
    op: 'SigmoidCrossEntropy',
    domain: ABSTRACT,
    of: 'scores and what they should be',
    inputs: [data([2, 3, 4]), data([2, 3, 4])],
    macs: { pure: 0, published: 0 },
    atoms: 0,
  },
  {
    op: 'SoftmaxCrossEntropy',
    domain: ABSTRACT,
    of: 'labels',
    inputs: [whole(data([4, 5])), whole(indices([0, 3, 4, 1]))],
    outputs: 2,
    slopes: 1,
    macs: { pure: 0, published: 0 },
    atoms: 0,
  },
  {
    op: 'SoftmaxCrossEntropy',
    domain: ABSTRACT,
    of: 'weighted examples',
    inputs: [whole(data([4, 5])), whole(indices([0, 3, 4, 1])), statistic(positive([4]))],
    outputs: 2,
    slopes: 1,
    macs: { pure: 0, published: 0 },
    atoms: 0,
  },
];
