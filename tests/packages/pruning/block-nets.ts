/** Small networks with residual streams of every kind that published architectures have. */
import { float, type Graph, type GraphBuilder, int, ints } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { type Layers, layers } from './small-nets.js';

const TOKENS = 5;
const WIDTH = 6;

type Parts = ReturnType<typeof partsOn>;

/** Parts of transformers on tokens [N, T, C]. */
const partsOn = (b: GraphBuilder, nn: Layers) => {
  const add = (...values: [string, string, ...string[]]): string =>
    values.reduce((sum, value) => b.op('Add', [sum, value]));
  const mul = (x: string, y: string): string => b.op('Mul', [x, y]);
  return {
    nn,
    add,
    mul,
    /** Affine LayerNorm over the last axis. */
    norm: (x: string, name: string): string =>
      b.op(
        'LayerNormalization',
        [x, nn.weight(`${name}.weight`, [WIDTH], 0.2, 1), nn.weight(`${name}.bias`, [WIDTH])],
        {
          axis: int(-1),
          epsilon: float(1e-6),
        },
      ),
    silu: (x: string): string => mul(x, b.op('Sigmoid', [x])),
    /** Queries from x; keys and values from x or a context. */
    attention(x: string, name: string, context = x): string {
      const [q, k, v] = [x, context, context].map((from, i) => nn.dense(from, `${name}.${'qkv'[i]}`, WIDTH));
      const scores = b.op('Softmax', [b.op('MatMul', [q!, nn.transpose(k!, [0, 2, 1])])], { axis: int(-1) });
      return nn.dense(b.op('MatMul', [scores, v!]), `${name}.proj`, WIDTH);
    },
    mlp: (x: string, name: string): string =>
      nn.dense(b.op('Gelu', [nn.dense(x, `${name}.fc1`, 2 * WIDTH)]), `${name}.fc2`, WIDTH),
    concat: (values: readonly string[], axis: number): string => b.op('Concat', values, { axis: int(axis) }),
    split: (x: string, parts: number, axis: number): readonly string[] =>
      b.ops('Split', [x], { axis: int(axis), num_outputs: int(parts) }, { outputs: parts }),
    upsample: (x: string): string =>
      b.op('Resize', [x, '', b.constant({ type: 'float32', dims: [4], data: Float32Array.of(1, 1, 2, 2) })], {
        mode: { kind: 'string', value: 'nearest' },
        coordinate_transformation_mode: { kind: 'string', value: 'asymmetric' },
        nearest_mode: { kind: 'string', value: 'floor' },
      }),
    halve: (x: string, name: string, channels: number): string =>
      b.op(
        'Conv',
        [x, nn.weight(`${name}.weight`, [channels, Number(b.shape(x)[1]), 2, 2])],
        { kernel_shape: ints([2, 2]), strides: ints([2, 2]) },
        { name },
      ),
    unsqueeze: (x: string): string => b.op('Unsqueeze', [x, b.int64s([1])]),
  };
};

const build = (name: string, body: (p: Parts, b: GraphBuilder) => string): Graph => {
  const b = createBuilder();
  b.output(body(partsOn(b, layers(b)), b), 'y');
  return b.build(name);
};

const tokens = (b: GraphBuilder, name = 'x', width = WIDTH): string => b.input(name, 'float32', ['N', TOKENS, width]);

/** Three blocks whose norms stand behind the additions, as in the first transformer and BERT. */
export const postNorm = (): Graph =>
  build('post-norm', ({ nn, add, norm, attention, mlp }, b) => {
    let x = norm(nn.dense(tokens(b), 'embed', WIDTH), 'embed.norm');
    for (let i = 0; i < 3; i += 1) {
      x = norm(add(x, attention(x, `${i}.attn`)), `${i}.norm1`);
      x = norm(add(mlp(x, `${i}.mlp`), x), `${i}.norm2`);
    }
    return nn.dense(x, 'head', 4);
  });

/** Attention and MLP read the same norm and are added together, in both orders of addition. */
export const parallel = (): Graph =>
  build('parallel', ({ nn, add, norm, attention, mlp }, b) => {
    let x = nn.dense(tokens(b), 'embed', WIDTH);
    for (let i = 0; i < 2; i += 1) {
      const normed = norm(x, `${i}.norm`);
      const [attended, mixed] = [attention(normed, `${i}.attn`), mlp(normed, `${i}.mlp`)];
      x = i === 0 ? add(x, attended, mixed) : add(x, add(attended, mixed));
    }
    return nn.dense(norm(x, 'norm'), 'head', 4);
  });

/** A decoder's blocks: attention to itself, to a context, an MLP. */
export const decoder = (): Graph =>
  build('decoder', ({ nn, add, norm, attention, mlp }, b) => {
    let x = nn.dense(tokens(b), 'embed', WIDTH);
    const context = tokens(b, 'context');
    for (let i = 0; i < 2; i += 1) {
      x = add(x, attention(norm(x, `${i}.norm1`), `${i}.self`));
      x = add(x, attention(norm(x, `${i}.norm2`), `${i}.cross`, context));
      x = add(x, mlp(norm(x, `${i}.norm3`), `${i}.mlp`));
    }
    return nn.dense(norm(x, 'norm'), 'head', 4);
  });

/**
 * A language model's blocks as LLaMA has them: root mean squares as norms, rotated queries and keys, half as many heads
 * of keys and values, a gated MLP.
 */
export const llama = (): Graph =>
  build('llama', ({ nn, add, mul, silu, concat, split }, b) => {
    const [heads, size] = [2, 4];
    const width = heads * size;
    const norm = (x: string, name: string): string => {
      const mean = b.op('ReduceMean', [mul(x, x), b.int64s([2])], { keepdims: int(1) });
      const root = b.op('Sqrt', [add(mean, b.scalar(1e-5))]);
      return mul(b.op('Div', [x, root]), nn.weight(`${name}.weight`, [width], 0.2, 1));
    };
    const turned = (x: string): string => {
      const [left, right] = split(x, 2, 3) as [string, string];
      return concat([b.op('Neg', [right]), left], 3);
    };
    const angles = (name: string) => nn.weight(name, [1, 1, TOKENS, size]);
    const [cos, sin] = [angles('cos'), angles('sin')];
    const rotate = (x: string): string => add(mul(x, cos), mul(turned(x), sin));
    const inHeads = (x: string, n: number): string => nn.transpose(nn.reshape(x, [-1, TOKENS, n, size]), [0, 2, 1, 3]);
    let x = nn.dense(tokens(b), 'embed', width);
    for (let i = 0; i < 3; i += 1) {
      const y = norm(x, `${i}.norm1`);
      const [q, k, v] = (['q', 'k', 'v'] as const).map((name) => {
        const n = name === 'q' ? heads : 1;
        return inHeads(nn.dense(y, `${i}.${name}`, n * size), n);
      }) as [string, string, string];
      const products = b.op('MatMul', [rotate(q), nn.transpose(rotate(k), [0, 1, 3, 2])]);
      const scores = b.op('Softmax', [add(products, nn.weight(`${i}.mask`, [TOKENS, TOKENS]))], { axis: int(-1) });
      const mixed = nn.reshape(nn.transpose(b.op('MatMul', [scores, v]), [0, 2, 1, 3]), [-1, TOKENS, width]);
      x = add(x, nn.dense(mixed, `${i}.o`, width));
      const z = norm(x, `${i}.norm2`);
      const gated = mul(silu(nn.dense(z, `${i}.gate`, 12)), nn.dense(z, `${i}.up`, 12));
      x = add(x, nn.dense(gated, `${i}.down`, width));
    }
    return nn.dense(norm(x, 'norm'), 'head', 4);
  });

/** Positions that queries ask for are added to the scores (SAM, MViT v2): additions inside of attention. */
export const relativePositions = (): Graph =>
  build('relative positions', ({ nn, add, mlp, norm }, b) => {
    let x = nn.dense(tokens(b), 'embed', WIDTH);
    for (let i = 0; i < 2; i += 1) {
      const y = norm(x, `${i}.norm1`);
      const [q, k, v] = ['q', 'k', 'v'].map((name) => nn.dense(y, `${i}.${name}`, WIDTH)) as [string, string, string];
      const content = b.op('MatMul', [q, nn.transpose(k, [0, 2, 1])]);
      const rows = b.op('MatMul', [q, nn.weight(`${i}.rows`, [WIDTH, TOKENS])]);
      const columns = b.op('MatMul', [q, nn.weight(`${i}.columns`, [WIDTH, TOKENS])]);
      const scores = b.op('Softmax', [add(content, rows, columns)], { axis: int(-1) });
      x = add(x, nn.dense(b.op('MatMul', [scores, v]), `${i}.proj`, WIDTH));
      x = add(x, mlp(norm(x, `${i}.norm2`), `${i}.mlp`));
    }
    return nn.dense(norm(x, 'norm'), 'head', 4);
  });

/**
 * DiT (Peebles and Xie 2023): every branch is shifted, scaled and gated by a condition, which a timestep and a class
 * give. The six factors come from one layer per block, or from one for all blocks and learned offsets (PixArt).
 */
export const dit = ({ depth = 3, isShared = false } = {}): Graph =>
  build(
    isShared ? 'dit with shared factors' : 'dit',
    ({ nn, add, mul, attention, mlp, norm, silu, split, unsqueeze }, b) => {
      let x = nn.dense(tokens(b), 'patches', WIDTH);
      const t = nn.linear(silu(nn.linear(b.input('t', 'float32', ['N', 3]), 't.0', WIDTH)), 't.2', WIDTH);
      const c = silu(add(t, nn.linear(b.input('label', 'float32', ['N', 2]), 'label.embed', WIDTH)));
      const shared = isShared ? split(nn.linear(c, 'ada', 6 * WIDTH), 6, 1) : null;
      const factors = (i: number): readonly string[] =>
        (
          shared?.map((part, k) => add(part, nn.weight(`${i}.offset.${k}`, [WIDTH]))) ??
          split(nn.linear(c, `${i}.ada`, 6 * WIDTH), 6, 1)
        ).map(unsqueeze);
      const modulate = (y: string, shift: string, scale: string) => add(mul(y, add(scale, b.scalar(1))), shift);
      for (let i = 0; i < depth; i += 1) {
        const [shift1, scale1, gate1, shift2, scale2, gate2] = factors(i) as [
          string,
          string,
          string,
          string,
          string,
          string,
        ];
        x = add(x, mul(gate1, attention(modulate(norm(x, `${i}.norm1`), shift1, scale1), `${i}.attn`)));
        x = add(x, mul(gate2, mlp(modulate(norm(x, `${i}.norm2`), shift2, scale2), `${i}.mlp`)));
      }
      const [shift, scale] = split(nn.linear(c, 'last.ada', 2 * WIDTH), 2, 1).map(unsqueeze);
      return nn.dense(modulate(norm(x, 'last.norm'), shift!, scale!), 'last', 4);
    },
  );

/** U-ViT (Bao et al. 2023): the second half of the blocks begins with `Linear([x ; skip])`. */
export const uvit = (): Graph =>
  build('u-vit', ({ nn, add, norm, attention, mlp, concat, unsqueeze }, b) => {
    const time = unsqueeze(nn.linear(b.input('t', 'float32', ['N', 3]), 't', WIDTH));
    let x = concat([time, nn.dense(tokens(b), 'patches', WIDTH)], 1);
    x = add(x, nn.weight('positions', [1, TOKENS + 1, WIDTH]));
    const skips: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      if (i > 2) x = nn.dense(concat([x, skips.pop()!], 2), `${i}.skip`, WIDTH);
      x = add(x, attention(norm(x, `${i}.norm1`), `${i}.attn`));
      x = add(x, mlp(norm(x, `${i}.norm2`), `${i}.mlp`));
      if (i < 2) skips.push(x);
    }
    return nn.dense(norm(x, 'norm'), 'head', 4);
  });

/** A diffusion U-Net: blocks with a timestep in the middle and a projection where widths change, skips by Concat. */
export const unet = (): Graph =>
  build('u-net', ({ nn, add, silu, concat, halve, upsample }, b) => {
    const time = silu(nn.linear(b.input('t', 'float32', ['N', 3]), 't', WIDTH));
    const block = (x: string, name: string, channels: number) => {
      const shift = nn.reshape(nn.linear(time, `${name}.time`, channels), [-1, channels, 1, 1]);
      const inner = add(nn.conv(silu(nn.norm(x, `${name}.norm1`)), `${name}.conv1`, channels), shift);
      const y = nn.conv(silu(nn.norm(inner, `${name}.norm2`)), `${name}.conv2`, channels);
      const isSame = Number(b.shape(x)[1]) === channels;
      return add(isSame ? x : nn.conv(x, `${name}.shortcut`, channels, { kernel: 1, bias: true }), y);
    };
    const first = nn.conv(b.input('x', 'float32', ['N', 3, 8, 8]), 'in', 4);
    const down = block(block(first, 'down.0', 4), 'down.1', 4);
    const middle = block(block(halve(down, 'halve', 8), 'middle.0', 8), 'middle.1', 8);
    const up = block(block(concat([upsample(middle), down], 1), 'up.0', 4), 'up.1', 4);
    return nn.conv(silu(nn.norm(up, 'out.norm')), 'out', 3);
  });

/** A network for pictures that adds its input to its output (EDSR, DnCNN): the blocks are inside that shortcut. */
export const globalSkip = (): Graph =>
  build('global skip', ({ nn, add }, b) => {
    const first = nn.conv(b.input('x', 'float32', ['N', 3, 8, 8]), 'head', 4);
    let x = first;
    for (let i = 0; i < 4; i += 1) {
      x = add(x, nn.conv(nn.relu(nn.conv(x, `${i}.conv1`, 4)), `${i}.conv2`, 4));
    }
    return nn.conv(add(first, nn.conv(x, 'body', 4)), 'tail', 3);
  });

/** Shortcuts inside of branches: positions by a convolution round the hidden units (PVT v2), pieces of a width (Res2Net). */
export const innerSkips = (): Graph =>
  build('inner skips', ({ nn, add, split, concat }, b) => {
    let x = nn.relu(nn.conv(b.input('x', 'float32', ['N', 3, 8, 8]), 'stem', 4));
    for (let i = 0; i < 2; i += 1) {
      const hidden = nn.conv(x, `${i}.fc1`, 8, { kernel: 1 });
      const mixed = add(hidden, nn.conv(hidden, `${i}.dw`, 8, { group: 8 }));
      x = add(x, nn.conv(nn.relu(mixed), `${i}.fc2`, 4, { kernel: 1 }));
    }
    const pieces = split(nn.relu(nn.conv(x, '2.conv1', 8, { kernel: 1 })), 4, 1);
    const second = nn.relu(nn.conv(pieces[1]!, '2.conv2.0', 2));
    const third = nn.relu(nn.conv(add(pieces[2]!, second), '2.conv2.1', 2));
    const fourth = nn.relu(nn.conv(add(pieces[3]!, third), '2.conv2.2', 2));
    x = nn.relu(add(nn.conv(concat([pieces[0]!, second, third, fourth], 1), '2.conv3', 4, { kernel: 1 }), x));
    return nn.head(x, 4);
  });

/** All of them, with the number of their blocks. */
export const SMALL: readonly (readonly [Graph, number])[] = [
  [postNorm(), 3],
  [parallel(), 2],
  [decoder(), 2],
  [llama(), 3],
  [relativePositions(), 2],
  [dit(), 3],
  [dit({ isShared: true }), 3],
  [uvit(), 5],
  [unet(), 6],
  [globalSkip(), 4],
  [innerSkips(), 3],
];
