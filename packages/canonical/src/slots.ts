/** What the inputs of an operator are called, for the names of initialisers that have none of their own. */
import type { Node } from '@topiary/onnx';

const WEIGHT_BIAS = ['x', 'weight', 'bias'];
const AXES = ['x', 'axes'];
const SHAPE = ['x', 'shape'];

const SLOTS: Readonly<Record<string, readonly string[]>> = {
  Add: ['shift', 'shift'],
  BatchNormalization: ['x', 'weight', 'bias', 'running_mean', 'running_var'],
  Clip: ['x', 'min', 'max'],
  Conv: WEIGHT_BIAS,
  ConvTranspose: WEIGHT_BIAS,
  Div: ['dividend', 'divisor'],
  Expand: SHAPE,
  Gather: ['table', 'indices'],
  Gemm: ['weight', 'weight', 'bias'],
  GroupNormalization: WEIGHT_BIAS,
  InstanceNormalization: WEIGHT_BIAS,
  LayerNormalization: WEIGHT_BIAS,
  MatMul: ['weight', 'weight'],
  Mul: ['scale', 'scale'],
  Pad: ['x', 'pads', 'value', 'axes'],
  Pow: ['base', 'exponent'],
  PRelu: ['x', 'slope'],
  Reshape: SHAPE,
  Resize: ['x', 'region', 'scales', 'sizes'],
  Slice: ['x', 'starts', 'ends', 'axes', 'steps'],
  Split: ['x', 'sizes'],
  Squeeze: AXES,
  Sub: ['shift', 'shift'],
  Tile: ['x', 'repeats'],
  TopK: ['x', 'k'],
  Unsqueeze: AXES,
};

export const slotOf = (node: Node, index: number): string =>
  SLOTS[node.op]?.[index] ?? (node.op.startsWith('Reduce') && index === 1 ? 'axes' : 'constant');
