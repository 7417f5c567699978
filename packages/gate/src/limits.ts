/** How large a file may be in each respect. */
export interface GateLimits {
  /** The file. */
  readonly bytes: number;
  /** Messages within messages. */
  readonly depth: number;
  readonly nodes: number;
  /** Nodes, attributes, dimensions, … together. */
  readonly messages: number;
  /** A name or a text attribute. */
  readonly textBytes: number;
  /** A comment; exporters write whole stack traces into them, and we read none. */
  readonly proseBytes: number;
  /** Numbers in tensors, in bytes. */
  readonly tensorBytes: number;
  /** Numbers outside of raw bytes, in bytes: they become JavaScript numbers. */
  readonly listBytes: number;
  /** Elements that are computed while constants are folded, all together: a millisecond for a thousand of them. */
  readonly computed: number;
  /** Elements of one value at the batch of the evaluation. */
  readonly elements: number;
  /** Weights and activations together at the batch of the evaluation. */
  readonly memoryBytes: number;
  /** Multiply-accumulates for one example where there is no dense base to compare with. */
  readonly macs: number;
  /** Element-wise work for one example, in additions. */
  readonly elementwise: number;
  /** Bytes read and written for one example. */
  readonly movedBytes: number;
}

export const GATE_LIMITS: GateLimits = {
  bytes: 512 * 2 ** 20,
  depth: 32,
  nodes: 20_000,
  messages: 1_000_000,
  textBytes: 4096,
  proseBytes: 2 ** 18,
  tensorBytes: 512 * 2 ** 20,
  listBytes: 2 ** 25,
  computed: 2 ** 22,
  elements: 2 ** 31 - 1,
  memoryBytes: 2 ** 31,
  macs: 2 ** 37,
  elementwise: 2 ** 31,
  movedBytes: 2 ** 36,
};

/** Above the dense base by this factor is too much: counters of different exporters differ by a few parts in a hundred. */
export const ABOVE_DENSE = 1.05;

/**
 * Work between the layers may be written in more steps than in the base: a HardSwish is five operators to an old
 * exporter, and each of them reads and writes.
 */
export const WORK_ABOVE_DENSE = 3;

/** Of a network's multiply-accumulates: so many sums and products outside of its layers say nothing. */
export const JOINS_FREE = 0.01;
