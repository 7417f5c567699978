/** Small networks for the tests of pruning, with weights from a seed. */
import {
  elements,
  floats,
  type Graph,
  type GraphBuilder,
  type Initializer,
  int,
  ints,
  tensorOf,
  withData,
} from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import type { Dependencies } from '@topiary/pruning';

/** Numbers in [-1, 1) that only depend on the seed (mulberry32). */
export const noise = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
};

/** Named layers on a builder; every weight has numbers. */
export const layers = (b: GraphBuilder, seed = 1) => {
  const next = noise(seed);
  const weight = (name: string, dims: readonly number[], scale = 0.5, shift = 0): string =>
    b.initializer(
      withData(
        name,
        floats(
          Array.from({ length: elements(dims) }, () => shift + scale * next()),
          dims,
        ),
      ),
    );
  const width = (x: string, axis = 1): number => Number(b.shape(x)[axis]);
  return {
    weight,
    conv(x: string, name: string, channels: number, { kernel = 3, group = 1, bias = false } = {}): string {
      const pad = (kernel - 1) / 2;
      const inputs = [x, weight(`${name}.weight`, [channels, width(x) / group, kernel, kernel])];
      if (bias) inputs.push(weight(`${name}.bias`, [channels]));
      return b.op(
        'Conv',
        inputs,
        { kernel_shape: ints([kernel, kernel]), pads: ints([pad, pad, pad, pad]), group: int(group) },
        { name },
      );
    },
    norm(x: string, name: string): string {
      const n = [width(x)];
      return b.op(
        'BatchNormalization',
        [
          x,
          weight(`${name}.weight`, n, 0.2, 1),
          weight(`${name}.bias`, n),
          weight(`${name}.running_mean`, n),
          weight(`${name}.running_var`, n, 0.3, 1),
        ],
        {},
        { name },
      );
    },
    relu: (x: string): string => b.op('Relu', [x]),
    linear(x: string, name: string, features: number): string {
      return b.op(
        'Gemm',
        [x, weight(`${name}.weight`, [features, width(x)]), weight(`${name}.bias`, [features])],
        { transB: int(1) },
        { name },
      );
    },
    /** x · w + bias on the last axis. */
    dense(x: string, name: string, features: number): string {
      const last = b.shape(x).length - 1;
      const y = b.op('MatMul', [x, weight(`${name}.weight`, [width(x, last), features])], {}, { name });
      return b.op('Add', [y, weight(`${name}.bias`, [features])]);
    },
    reshape: (x: string, shape: readonly number[]): string => b.op('Reshape', [x, b.int64s(shape)]),
    transpose: (x: string, perm: readonly number[]): string => b.op('Transpose', [x], { perm: ints(perm) }),
    head(x: string, classes: number): string {
      const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [x])], { axis: int(1) });
      return this.linear(pooled, 'fc', classes);
    },
  };
};

export type Layers = ReturnType<typeof layers>;

/** A network with one picture as input and one output. */
export const network = (
  input: readonly (number | string)[],
  body: (x: string, nn: Layers, b: GraphBuilder) => string,
  seed = 1,
): Graph => {
  const b = createBuilder();
  const x = b.input('x', 'float32', input);
  b.output(body(x, layers(b, seed), b));
  return b.build('small');
};

/** conv1 (64) - bn - relu - conv2 (32) - relu - pool - fc (10). */
export const chain = (widths: readonly [number, number] = [64, 32]): Graph =>
  network(['N', 3, 8, 8], (x, nn) => {
    const first = nn.relu(nn.norm(nn.conv(x, 'conv1', widths[0]), 'bn1'));
    return nn.head(nn.relu(nn.conv(first, 'conv2', widths[1], { bias: true })), 10);
  });

/** One block of a residual network whose shortcut widens by zeros on both sides, as on CIFAR. */
export const padded = (): Graph =>
  network(['N', 3, 8, 8], (x, nn, b) => {
    const a = nn.relu(nn.norm(nn.conv(x, 'stem', 4), 'stem.bn'));
    const inner = nn.relu(nn.conv(a, 'conv1', 8));
    const outer = nn.norm(nn.conv(inner, 'conv2', 8), 'bn2');
    const shortcut = b.op('Pad', [a, b.int64s([0, 2, 0, 0, 0, 2, 0, 0])]);
    return nn.head(nn.relu(b.op('Add', [outer, shortcut])), 5);
  });

/** Tokens [N, 6, 12] through one attention block with a fused QKV projection of two heads of six channels. */
export const attention = (): Graph =>
  network(['N', 6, 8], (x, nn, b) => {
    const [tokens, heads, size] = [6, 2, 6];
    const stream = nn.dense(x, 'embed', 12);
    const qkv = nn.transpose(
      nn.reshape(nn.dense(stream, 'qkv', 3 * heads * size), [-1, tokens, 3, heads, size]),
      [2, 0, 3, 1, 4],
    );
    const pick = (i: number) =>
      b.op('Gather', [qkv, b.constant({ type: 'int64', dims: [], data: BigInt64Array.of(BigInt(i)) })], {
        axis: int(0),
      });
    const scores = b.op('Softmax', [b.op('MatMul', [pick(0), nn.transpose(pick(1), [0, 1, 3, 2])])], { axis: int(-1) });
    const mixed = nn.transpose(b.op('MatMul', [scores, pick(2)]), [0, 2, 1, 3]);
    const out = nn.dense(nn.reshape(mixed, [-1, tokens, heads * size]), 'proj', 12);
    return nn.dense(b.op('Add', [stream, out]), 'head', 4);
  });

/** Every channel stays or goes by chance, one of each stratum stays. */
export const chance = ({ groups }: Dependencies, seed: number): Map<string, Int32Array> => {
  const next = noise(seed);
  return new Map(
    groups.map(({ id, strata }) => [
      id,
      Int32Array.from(
        strata.flatMap(({ channels }) =>
          Array.from(channels).filter((_, i) => next() > 0 || i === channels.length - 1),
        ),
      ).sort(),
    ]),
  );
};

/** The full graph with every position of a removed channel set to zero (statistics excepted: a variance stays). */
export const zeroed = (graph: Graph, { groups }: Dependencies, kept: ReadonlyMap<string, Int32Array>): Graph => {
  const gone = new Map<string, { initializer: string; axis: number; positions: Set<number> }>();
  for (const { id, channels, members } of groups) {
    const stays = new Set(kept.get(id)!);
    for (const { initializer, axis, role, offsets, positions } of members) {
      if (role === 'statistic') continue;
      const key = `${initializer}[${axis}]`;
      const entry = gone.get(key) ?? { initializer, axis, positions: new Set() };
      gone.set(key, entry);
      for (let k = 0; k < channels; k += 1) {
        if (!stays.has(k)) for (const p of positions.subarray(offsets[k]!, offsets[k + 1]!)) entry.positions.add(p);
      }
    }
  }
  const initializers = new Map<string, Initializer>(graph.initializers);
  for (const { initializer, axis, positions } of gone.values()) {
    const old = initializers.get(initializer)!;
    const inner = old.dims.slice(axis + 1).reduce((n, d) => n * d, 1);
    const data = Float32Array.from(tensorOf(old)!.data as Float32Array);
    const rows = data.length / inner;
    for (let row = 0; row < rows; row += 1) {
      if (positions.has(row % old.dims[axis]!)) data.fill(0, row * inner, (row + 1) * inner);
    }
    initializers.set(initializer, { ...old, source: { kind: 'data', data } });
  }
  return { ...graph, initializers };
};
