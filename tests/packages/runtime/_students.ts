/** A student, two teachers and a gate, composed into one loss: what a procedure trains. Numbers are sines, see `sines`. */
import {
  type Declared,
  type LossGraph,
  lossGraph,
  parametersAs,
  stopGradient,
  straightThrough,
} from '@topiary/autodiff';
import { type Graph, type GraphBuilder, int, type Tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { sines } from '../methods/other-tasks.js';

const FLOAT = 1;
export const BATCH = 4;
export const GATE = 'gate';

const given = (b: GraphBuilder, name: string, value: Tensor): string =>
  b.initializer({ name, type: 'float32', dims: value.dims, source: { kind: 'data', data: value.data } });

/** Five numbers through a hidden layer to three; the hidden layer's value is `hidden`, and it may be gated. */
const network = (name: string, seed: number, width: number): Graph => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', 5]);
  const [w1, b1, w2, b2] = [
    given(b, 'w1', sines([width, 5], seed, 0.5)),
    given(b, 'b1', sines([width], seed + 1, 0.1)),
    given(b, 'w2', sines([3, width], seed + 2, 0.5)),
    given(b, 'b2', sines([3], seed + 3, 0.1)),
  ];
  const [hidden] = b.ops('Relu', [b.op('Gemm', [x, w1, b1], { transB: int(1) })], {}, { outputs: ['hidden'] });
  const open = given(b, 'open', { ...sines([width], 0), data: new Float32Array(width).fill(1) });
  b.output(b.op('Gemm', [b.op('Mul', [hidden!, open]), w2, b2], { transB: int(1) }), 'y');
  return b.build(name);
};

export const student = (): Graph => network('student', 1, 6);
export const near = (): Graph => network('near', 11, 6);
export const far = (): Graph => network('far', 21, 8);

const meanSquare = (b: GraphBuilder, x: string): string =>
  b.op('ReduceMean', [b.op('Mul', [x, x])], { keepdims: int(0) });
const apart = (b: GraphBuilder, x: string, y: string): string => meanSquare(b, b.op('Sub', [x, y]));

/**
 * L = α mean(h - h_near)² + (1 - α) mean(y - y_far)² + 0.05 mean(stop(y) · mean(g))², the student's hidden layer times
 * [g > ½] with the gradient of g.
 */
export const aligned = (nearer = near(), farther = far()): LossGraph =>
  lossGraph('aligned', ({ b, network: add }) => {
    const inputs = [b.input('x', 'float32', [BATCH, 5])];
    const alpha = b.input('alpha', 'float32', []);
    const gate = given(b, GATE, sines([6], 31, 0.01, 0.5));
    const hard = b.op('Cast', [b.op('Greater', [gate, b.scalar(0.5)])], { to: int(FLOAT) });
    const open = straightThrough(b, hard, gate);
    const learning = add(student(), { inputs, as: 'student', replaced: { open } });
    const [first, second] = [add(nearer, { inputs }), add(farther, { inputs })];
    const features = apart(b, learning.value('hidden'), first.value('hidden'));
    const outputs = apart(b, learning.outputs[0]!, second.value('y'));
    const mean = b.op('ReduceMean', [gate], { keepdims: int(0) });
    const held = meanSquare(b, b.op('Mul', [stopGradient(b, learning.outputs[0]!), mean]));
    const rest = b.op('Mul', [outputs, b.op('Sub', [b.scalar(1), alpha])]);
    const both = b.op('Add', [b.op('Mul', [features, alpha]), rest]);
    return { loss: b.op('Add', [both, b.op('Mul', [held, b.scalar(0.05)])]), metrics: { features, outputs } };
  });

/** The gate learns ten times as fast, does not decay, and stays between 0.2 and 0.52. */
export const DECLARED: readonly Declared[] = [
  ...parametersAs('student', student()).filter(({ name }) => name !== 'student/open'),
  { name: GATE, rate: 10, decay: 0, clamp: [0.2, 0.52] },
];

export const feedsAt = (step: number, alpha: number) => ({
  x: sines([BATCH, 5], 41 + step),
  alpha: { type: 'float32', dims: [], data: Float32Array.of(alpha) } as const,
});
