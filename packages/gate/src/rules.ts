/** What is asked of an upload: which inputs and outputs, how large, and not dearer than what. */
import { type Graph, isFixed, type Shape } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { GATE_LIMITS, type GateLimits } from './limits.js';

/** Stands for some number: whichever the file has. */
export const ANY = '?';

/** An input or output; the first dimension is open. Null: any name. */
export interface Port {
  readonly name: string | null;
  /** Numbers, `ANY`, and `N` for the open dimension; other symbols have the sizes of the rules. */
  readonly shape: Shape;
}

/** The dense network that an upload is compared with. */
export interface Dense {
  readonly params: number;
  /** Multiply-accumulates for one example: convolutions, linear layers, attention products. */
  readonly macs: number;
  /** Of its file. */
  readonly bytes: number;
}

export interface Rules {
  readonly limits: GateLimits;
  readonly inputs: readonly Port[];
  /** Any of the inputs will do, at least one. */
  readonly anyInputs: boolean;
  readonly outputs: readonly Port[];
  /** Numbers for the symbols of a port's shape. */
  readonly sizes: Readonly<Record<string, number>>;
  /** The open dimension when memory is estimated. */
  readonly batch: number;
  readonly dense: Dense | null;
  /** Open dimensions have to be open in the file itself: it runs with many sizes. */
  readonly open: boolean;
}

export interface NetworkTask {
  /** Channels, height, width of a picture. */
  readonly input: readonly number[];
  readonly classes: number;
  /** Of the evaluation. */
  readonly batch: number;
  readonly dense: Dense | null;
  readonly limits?: Partial<GateLimits>;
}

/** A network that maps pictures to logits. */
export const networkRules = ({ input, classes, batch, dense, limits = {} }: NetworkTask): Rules => ({
  limits: { ...GATE_LIMITS, ...limits },
  inputs: [{ name: null, shape: ['N', ...input] }],
  anyInputs: false,
  outputs: [{ name: null, shape: ['N', classes] }],
  sizes: {},
  batch,
  dense,
  open: false,
});

/** The same where no base network is at hand: any pictures, any number of classes, and nothing to be dearer than. */
export const rulesAlone = (batch: number): Rules => ({
  ...networkRules({ input: [], classes: 1, batch, dense: null }),
  inputs: [{ name: null, shape: ['N', ANY, ANY, ANY] }],
  outputs: [{ name: null, shape: ['N', ANY] }],
});

const fixed = (shape: Shape): number[] => shape.slice(1).filter(isFixed);

/** The rules beside a base network: the same inputs and outputs, and no dearer. `bytes` is the size of its file. */
export const rulesBeside = (base: Graph, bytes: number, batch: number): Rules => {
  const { params, pure } = count(base);
  return networkRules({
    input: fixed(base.inputs[0]!.shape),
    classes: fixed(base.outputs[0]!.shape)[0]!,
    batch,
    dense: { params, macs: pure, bytes },
  });
};

/** A scoring graph is small. */
const CRITERION_LIMITS = { bytes: 2 ** 24, tensorBytes: 2 ** 23, nodes: 2_000, memoryBytes: 2 ** 30, macs: 2 ** 34 };
/** Sizes at which its cost is looked at: a wide convolution of 3 x 3. */
const ITEM = { places: 512, numbers: 4608 };

/** A graph that scores the K places of one item by what stands at each: M weights, M gradients, the mean activation. */
export const criterionRules = (): Rules => ({
  limits: { ...GATE_LIMITS, ...CRITERION_LIMITS },
  inputs: [
    { name: 'weight', shape: ['K', 'M'] },
    { name: 'gradient', shape: ['K', 'M'] },
    { name: 'activation_mean', shape: ['K'] },
  ],
  anyInputs: true,
  outputs: [{ name: null, shape: ['K'] }],
  sizes: { M: ITEM.numbers },
  batch: ITEM.places,
  dense: null,
  open: true,
});
