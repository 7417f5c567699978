/** A network of three convolutions with a residual connection, and a task it can learn: which corner is bright? */
import { float, type Graph, type GraphBuilder, int, ints } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';

const SIDE = 8;

const conv = (b: GraphBuilder, name: string, x: string, from: number, to: number): string => {
  const w = b.parameter(`${name}.weight`, [to, from, 3, 3], { rule: 'kaiming-normal', fan: to * 9 });
  const y = b.op('Conv', [x, w], { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }, { name });
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

export const tinyModel = (width = 8): Graph => {
  const b = createBuilder();
  const x = b.input('input', 'float32', ['N', 1, SIDE, SIDE]);
  const stem = b.op('Relu', [conv(b, 'stem', x, 1, width)]);
  const inner = b.op('Relu', [conv(b, 'block.conv1', stem, width, width)]);
  const sum = b.op('Relu', [b.op('Add', [conv(b, 'block.conv2', inner, width, width), stem])]);
  const pooled = b.op('AveragePool', [sum], { kernel_shape: ints([4, 4]), strides: ints([4, 4]) });
  const flat = b.op('Flatten', [pooled], { axis: int(1) });
  const w = b.parameter('fc.weight', [4, 4 * width], { rule: 'uniform', bound: 0.2 });
  const bias = b.parameter('fc.bias', [4], { rule: 'zeros' });
  b.output(b.op('Gemm', [flat, w, bias], { transB: int(1) }, { name: 'fc' }), 'logits');
  return b.build('tiny');
};

/** Noise with one brighter quarter; its number is the label. Deterministic (a linear congruential generator). */
export const tinyBatch = (size: number, seed: number): { images: Float32Array; labels: Int32Array } => {
  let state = seed * 2654435761 + 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const images = new Float32Array(size * SIDE * SIDE);
  const labels = new Int32Array(size);
  for (let n = 0; n < size; n += 1) {
    const label = Math.floor(random() * 4);
    labels[n] = label;
    for (let i = 0; i < SIDE * SIDE; i += 1) {
      const [y, x] = [Math.floor(i / SIDE), i % SIDE];
      const bright = (y >= SIDE / 2 ? 2 : 0) + (x >= SIDE / 2 ? 1 : 0) === label;
      images[n * SIDE * SIDE + i] = random() - 0.5 + (bright ? 0.5 : 0);
    }
  }
  return { images, labels };
};
