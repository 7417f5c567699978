/**
 * Attributes of the operators on the list, in the form of opset 20 that canonical graphs have: onnxruntime refuses a
 * node with any other, and so do we. https://onnx.ai/onnx/operators/
 */
import type { Attribute } from '@topiary/onnx';

type Kind = Attribute['kind'];
/** A kind, or the words that a text may be. */
type Allowed = Kind | readonly string[];

const AUTO_PAD = ['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'] as const;
const WINDOW = { auto_pad: AUTO_PAD, dilations: 'ints', kernel_shape: 'ints', pads: 'ints', strides: 'ints' } as const;
const POOL = { ...WINDOW, ceil_mode: 'int' } as const;
const CONV = { ...WINDOW, group: 'int' } as const;
const AXIS = { axis: 'int' } as const;
const ARG = { ...AXIS, keepdims: 'int', select_last_index: 'int' } as const;
const REDUCE = { keepdims: 'int', noop_with_empty_axes: 'int' } as const;

const COORDINATES = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_crop_and_resize',
] as const;

/** Operators that are not named here have none. */
export const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, Allowed>>>> = {
  ArgMax: ARG,
  ArgMin: ARG,
  AveragePool: { ...POOL, count_include_pad: 'int' },
  BatchNormalization: { epsilon: 'float', momentum: 'float', training_mode: 'int' },
  Cast: { to: 'int', saturate: 'int' },
  Concat: AXIS,
  ConstantOfShape: { value: 'tensor' },
  Conv: CONV,
  ConvTranspose: { ...CONV, output_padding: 'ints', output_shape: 'ints' },
  CumSum: { exclusive: 'int', reverse: 'int' },
  DepthToSpace: { blocksize: 'int', mode: ['DCR', 'CRD'] },
  Dropout: { seed: 'int' },
  Elu: { alpha: 'float' },
  Flatten: AXIS,
  Gather: AXIS,
  GatherElements: AXIS,
  Gelu: { approximate: ['none', 'tanh'] },
  Gemm: { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' },
  GroupNormalization: { epsilon: 'float', num_groups: 'int' },
  HardSigmoid: { alpha: 'float', beta: 'float' },
  InstanceNormalization: { epsilon: 'float' },
  LayerNormalization: { ...AXIS, epsilon: 'float', stash_type: 'int' },
  LeakyRelu: { alpha: 'float' },
  LogSoftmax: AXIS,
  MaxPool: { ...POOL, storage_order: 'int' },
  Mod: { fmod: 'int' },
  OneHot: AXIS,
  Pad: { mode: ['constant', 'reflect', 'edge', 'wrap'] },
  ReduceL1: REDUCE,
  ReduceL2: REDUCE,
  ReduceLogSumExp: REDUCE,
  ReduceMax: REDUCE,
  ReduceMean: REDUCE,
  ReduceMin: REDUCE,
  ReduceProd: REDUCE,
  ReduceSum: REDUCE,
  ReduceSumSquare: REDUCE,
  Reshape: { allowzero: 'int' },
  Resize: {
    antialias: 'int',
    axes: 'ints',
    coordinate_transformation_mode: COORDINATES,
    cubic_coeff_a: 'float',
    exclude_outside: 'int',
    extrapolation_value: 'float',
    keep_aspect_ratio_policy: ['stretch', 'not_larger', 'not_smaller'],
    mode: ['nearest', 'linear', 'cubic'],
    nearest_mode: ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'],
  },
  ScatterND: { reduction: ['none', 'add', 'mul', 'max', 'min'] },
  Selu: { alpha: 'float', gamma: 'float' },
  Shape: { start: 'int', end: 'int' },
  Softmax: AXIS,
  SpaceToDepth: { blocksize: 'int' },
  Split: { ...AXIS, num_outputs: 'int' },
  TopK: { ...AXIS, largest: 'int', sorted: 'int' },
  Transpose: { perm: 'ints' },
  Trilu: { upper: 'int' },
};

/** What was expected of the attribute, in words; null where it is as it should be. */
export const wrongAttribute = (op: string, name: string, attribute: Attribute): string | null => {
  const known = ATTRIBUTES[op];
  const allowed = known !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
  if (allowed === undefined) return Object.keys(known ?? {}).join(', ') || 'no attribute';
  if (typeof allowed === 'string') return attribute.kind === allowed ? null : `an attribute of kind ${allowed}`;
  return attribute.kind === 'string' && allowed.includes(attribute.value) ? null : allowed.join(', ');
};
