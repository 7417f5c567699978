/** What is asked of an upload: which inputs and outputs, how large, and not dearer than what. */
import { type DataType, type Graph, isFixed, type Shape } from '@topiary/onnx';
import { type Dense, denseOf } from './dense.js';
import { GATE_LIMITS, type GateLimits } from './limits.js';

/** Stands for some number: whichever the file has. */
export const ANY = '?';

/** An input or output; the first dimension is open. Null: any name. */
export interface Port {
  readonly name: string | null;
  /** Of its numbers (float32). */
  readonly type?: DataType;
  /** Numbers, `ANY`, and `N` for the open dimension; other symbols have the sizes of the rules. */
  readonly shape: Shape;
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
  /** Multiply-accumulates for one example, at least. */
  readonly leastMacs: number;
  /** Sums and products outside of layers where there is no dense base to compare with. */
  readonly joins: { readonly perMac: number; readonly free: number };
  /** No value has the open dimension twice: it would grow with the square of the batch. */
  readonly apart: boolean;
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
  leastMacs: 1,
  joins: { perMac: 1, free: 2 ** 20 },
  apart: true,
  open: false,
});

/** The same where no base network is at hand: any pictures, any number of classes, and nothing to be dearer than. */
export const rulesAlone = (batch: number): Rules => ({
  ...networkRules({ input: [], classes: 1, batch, dense: null }),
  inputs: [{ name: null, shape: ['N', ANY, ANY, ANY] }],
  outputs: [{ name: null, shape: ['N', ANY] }],
});

const fixed = (shape: Shape): number[] => shape.slice(1).filter(isFixed);

/** Whoever has one input may call it anything; several are told apart by their names. */
const inputsBeside = ({ inputs }: Graph): readonly Port[] =>
  inputs.map(({ name, type, shape }) => ({
    name: inputs.length === 1 ? null : name,
    type,
    shape: ['N', ...fixed(shape)],
  }));

/** The rules beside a base network: the same inputs and outputs, and no dearer. `bytes` is the size of its file. */
export const rulesBeside = (base: Graph, bytes: number, batch: number): Rules => ({
  ...networkRules({ input: [], classes: 1, batch, dense: denseOf(base, bytes) }),
  inputs: inputsBeside(base),
  outputs: base.outputs.map(({ shape }) => ({ name: null, shape: ['N', ...fixed(shape)] })),
});

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
  leastMacs: 0,
  joins: { perMac: 0, free: Number.POSITIVE_INFINITY },
  // distances between places are a matter of pairs
  apart: false,
  open: true,
});
