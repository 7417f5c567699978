/**
 * The block of MobileNetV3 and EfficientNet with torchvision's names: wide 1×1, depthwise, squeeze and excitation
 * (Hu et al. 2018), narrow 1×1; added to what came in where shapes allow.
 */
import type { Layers } from './_layers.js';

type Activation = (nn: Layers, x: string) => string;

export interface MbConv {
  readonly from: number;
  readonly hidden: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride: number;
  /** Channels of the squeeze, where there is one. */
  readonly squeeze?: number | undefined;
}

/** What all blocks of a network share. */
export interface MbStyle {
  /** Inside of the squeeze, and at its end. */
  readonly inner: Activation;
  readonly gate: Activation;
  readonly epsilon: number;
}

export const convNorm = (
  nn: Layers,
  x: string,
  name: string,
  shape: { readonly channels: number; readonly kernel: number; readonly stride?: number; readonly groups?: number },
  epsilon: number,
): string => nn.batchNorm(nn.conv(x, `${name}.0`, { ...shape, pad: (shape.kernel - 1) / 2 }), `${name}.1`, epsilon);

/** Every channel is multiplied by a number that the means of all channels give. */
const excite = (nn: Layers, x: string, name: string, squeeze: number, { inner, gate }: MbStyle): string => {
  const point = (y: string, part: string, channels: number) =>
    nn.conv(y, `${name}.${part}`, { channels, kernel: 1, bias: true });
  const small = inner(nn, point(nn.pooled(x), 'fc1', squeeze));
  return nn.multiply(gate(nn, point(small, 'fc2', nn.size(x, 1))), x);
};

export const mbConv = (
  nn: Layers,
  input: string,
  name: string,
  { from, hidden, to, kernel, stride, squeeze }: MbConv,
  activation: Activation,
  style: MbStyle,
): string => {
  let place = 0;
  const next = () => `${name}.block.${place++}`;
  let x = input;
  if (hidden !== from) x = activation(nn, convNorm(nn, x, next(), { channels: hidden, kernel: 1 }, style.epsilon));
  const depthwise = { channels: hidden, kernel, stride, groups: hidden };
  x = activation(nn, convNorm(nn, x, next(), depthwise, style.epsilon));
  if (squeeze !== undefined) x = excite(nn, x, next(), squeeze, style);
  x = convNorm(nn, x, next(), { channels: to, kernel: 1 }, style.epsilon);
  return stride === 1 && from === to ? nn.add(x, input) : x;
};
