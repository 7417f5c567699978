/** A network of somebody's own, small enough that a whole training of it takes seconds. */
import { float, type Graph, type GraphBuilder, int, ints } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { materialize } from '@topiary/zoo';

const conv = (b: GraphBuilder, x: string, name: string, from: number, to: number, stride: number): string => {
  const w = b.parameter(`${name}.weight`, [to, from, 3, 3], { rule: 'kaiming-normal', fan: from * 9 });
  const y = b.op(
    'Conv',
    [x, w],
    { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]), strides: ints([stride, stride]) },
    { name },
  );
  const norm = (['ones', 'zeros', 'zeros', 'ones'] as const).map((rule, i) =>
    b.parameter(`${name}.bn.${['weight', 'bias', 'running_mean', 'running_var'][i]}`, [to], { rule }),
  );
  return b.op(
    'BatchNormalization',
    [y, ...norm],
    { epsilon: float(1e-5), momentum: float(0.9) },
    { name: `${name}.bn` },
  );
};

export interface Shape {
  readonly side?: number;
  readonly classes?: number;
  /** Between the convolutions. */
  readonly middle?: (b: GraphBuilder, x: string) => string;
}

const relu = (b: GraphBuilder, x: string): string => b.op('Relu', [x]);

/** Two convolutions and a classifier, untrained. */
export const network = ({ side = 32, classes = 10, middle = relu }: Shape = {}): Graph => {
  const b = createBuilder();
  const x = b.input('input', 'float32', ['N', 3, side, side]);
  const inner = middle(b, conv(b, x, 'first', 3, 8, 2));
  const y = b.op('GlobalAveragePool', [b.op('Relu', [conv(b, inner, 'second', 8, 8, 2)])]);
  const flat = b.op('Flatten', [y], { axis: int(1) });
  const w = b.parameter('fc.weight', [classes, 8], { rule: 'uniform', bound: 0.3 });
  b.output(b.op('Gemm', [flat, w, b.parameter('fc.bias', [classes], { rule: 'zeros' })], { transB: int(1) }), 'logits');
  return materialize(b.build('tiny'), 1);
};
