/** The geometry of a convolution, read from its node and shapes; any number of spatial dimensions. */
import { intOf, intsOf, type Node, type Shape } from '@topiary/onnx';

export interface ConvGeometry {
  readonly group: number;
  /** Output and input channels of the whole convolution. */
  readonly K: number;
  readonly C: number;
  readonly kernel: readonly number[];
  /** Product of the kernel's dimensions. */
  readonly taps: number;
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Spatial sizes of x and y. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

export const product = (values: readonly number[]): number => values.reduce((p, v) => p * v, 1);

/** The node's attributes are all present; `x` and `dY` are the shapes of the convolution's input and of its output's gradient. */
export const geometryOf = (node: Node, x: Shape, dY: Shape): ConvGeometry => {
  const ints = (name: string): readonly number[] => intsOf(node, name) ?? [];
  const kernel = ints('kernel_shape');
  const pads = ints('pads');
  return {
    group: intOf(node, 'group', 1),
    K: Number(dY[1]),
    C: Number(x[1]),
    kernel,
    taps: product(kernel),
    strides: ints('strides'),
    dilations: ints('dilations'),
    before: pads.slice(0, kernel.length),
    after: pads.slice(kernel.length),
    from: x.slice(2).map(Number),
    to: dY.slice(2).map(Number),
  };
};

export const isDense = ({ strides }: ConvGeometry): boolean => strides.every((stride) => stride === 1);

export const isPointwise = ({ taps, before, after }: ConvGeometry): boolean =>
  taps === 1 && [...before, ...after].every((pad) => pad === 0);
