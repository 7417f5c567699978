/** Something valid for the inputs of a denoiser. */
import { floats, tensor } from '@topiary/onnx';
import { type Denoiser, fillNormal, randomFrom } from '@topiary/zoo';

export const feedsFor = ({ input, classes }: Denoiser, n: number) => {
  const [c, h, w] = input;
  const whole = (value: (i: number) => number) =>
    tensor(
      'int64',
      [n],
      BigInt64Array.from({ length: n }, (_, i) => BigInt(value(i))),
    );
  return {
    x: floats(fillNormal(new Float32Array(n * c * h * w), 1, randomFrom('feeds')), [n, c, h, w]),
    t: whole((i) => (37 + 311 * i) % 1000),
    y: whole((i) => i % (classes + 1)),
  };
};
