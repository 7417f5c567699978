/** Segment Anything once more, in double precision and plain loops, from the description of its parts: the oracle of tests. */
import { dataOf, type Graph } from '@topiary/onnx';

/** Rows of numbers: tokens of channels. */
export type Rows = readonly (readonly number[])[];

export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
export const add = (a: Rows, b: Rows): number[][] => a.map((row, t) => row.map((value, c) => value + b[t]![c]!));

/** Reads the initialisers of a graph by what follows a common beginning of their names. */
export const reader = (graph: Graph, start: string) => {
  const vector = (name: string): number[] =>
    Array.from(dataOf(graph.initializers.get(`${start}.${name}`)!) as Float32Array, Number);
  const matrix = (name: string): number[][] => {
    const values = vector(name);
    const columns = graph.initializers.get(`${start}.${name}`)!.dims.at(-1)!;
    return Array.from({ length: values.length / columns }, (_, r) => values.slice(r * columns, (r + 1) * columns));
  };
  return { vector, matrix };
};
export type Reader = ReturnType<typeof reader>;

const transposed = (m: Rows): number[][] => m[0]!.map((_, c) => m.map((row) => row[c]!));

export const dense = (x: Rows, read: Reader, name: string): number[][] => {
  const [columns, bias] = [transposed(read.matrix(`${name}.weight`)), read.vector(`${name}.bias`)];
  return x.map((row) => columns.map((column, o) => dot(row, column) + bias[o]!));
};

export const norm = (x: Rows, read: Reader, name: string, epsilon: number): number[][] => {
  const [scale, shift] = [read.vector(`${name}.weight`), read.vector(`${name}.bias`)];
  return x.map((row) => {
    const mean = row.reduce((a, b) => a + b, 0) / row.length;
    const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / row.length;
    return row.map((value, c) => ((value - mean) / Math.sqrt(variance + epsilon)) * scale[c]! + shift[c]!);
  });
};

/** By its series, which is exact enough for the arguments of a small network. */
const erf = (x: number): number => {
  let [term, sum] = [x, x];
  for (let n = 1; n < 120; n += 1) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};
export const gelu = (x: Rows): number[][] => x.map((row) => row.map((v) => (v / 2) * (1 + erf(v / Math.SQRT2))));
export const relu = (x: Rows): number[][] => x.map((row) => row.map((v) => Math.max(0, v)));

const softmax = (row: readonly number[]): number[] => {
  const most = Math.max(...row);
  const powers = row.map((v) => Math.exp(v - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((v) => v / sum);
};

/** Each head by itself; `more` is added to the score of two tokens. */
export const attend = (
  [q, k, v]: readonly [Rows, Rows, Rows],
  heads: number,
  more: (query: readonly number[], i: number, j: number) => number = () => 0,
): number[][] => {
  const d = q[0]!.length / heads;
  const out = q.map(() => new Array<number>(v[0]!.length).fill(0));
  for (let h = 0; h < heads; h += 1) {
    const part = (row: readonly number[]) => row.slice(h * d, (h + 1) * d);
    q.forEach((row, i) => {
      const query = part(row);
      const weights = softmax(k.map((key, j) => dot(query, part(key)) / Math.sqrt(d) + more(query, i, j)));
      weights.forEach((weight, j) => {
        part(v[j]!).forEach((value, c) => {
          out[i]![h * d + c]! += weight * value;
        });
      });
    });
  }
  return out;
};

interface EncoderShape {
  readonly picture: number;
  readonly patch: number;
  readonly heads: number;
  readonly depth: number;
  readonly window: number;
  readonly global: readonly number[];
}

/** Tokens of a window, those that lie beyond the picture as zeros; of one that is as large as the picture all. */
const windowed = (x: Rows, side: number, window: number, of: (tokens: Rows) => number[][]): number[][] => {
  const out: number[][] = x.map(() => []);
  for (let top = 0; top < side; top += window)
    for (let left = 0; left < side; left += window) {
      const places = Array.from({ length: window * window }, (_, i) => {
        const [row, column] = [top + Math.floor(i / window), left + (i % window)];
        return row < side && column < side ? row * side + column : -1;
      });
      const said = of(places.map((place) => (place < 0 ? x[0]!.map(() => 0) : x[place]!)));
      places.forEach((place, i) => {
        if (place >= 0) out[place] = said[i]!;
      });
    }
  return out;
};

const block = (x: Rows, graph: Graph, i: number, shape: EncoderShape): number[][] => {
  const read = reader(graph, `image_encoder.blocks.${i}`);
  const side = Math.sqrt(x.length);
  const window = shape.global.includes(i) ? side : shape.window;
  const tables = [read.matrix('attn.rel_pos_h'), read.matrix('attn.rel_pos_w')] as const;
  const attended = windowed(norm(x, read, 'norm1', 1e-6), side, window, (tokens) => {
    const fused = dense(tokens, read, 'attn.qkv');
    const wide = fused[0]!.length / 3;
    const [q, k, v] = [0, 1, 2].map((part) => fused.map((row) => row.slice(part * wide, (part + 1) * wide)));
    const placed = (query: readonly number[], a: number, b: number): number => {
      const down = Math.floor(a / window) - Math.floor(b / window) + window - 1;
      const across = (a % window) - (b % window) + window - 1;
      return dot(query, tables[0][down]!) + dot(query, tables[1][across]!);
    };
    return dense(attend([q!, k!, v!], shape.heads, placed), read, 'attn.proj');
  });
  const middle = add(x, attended);
  const units = gelu(dense(norm(middle, read, 'norm2', 1e-6), read, 'mlp.lin1'));
  return add(middle, dense(units, read, 'mlp.lin2'));
};

/** [3, picture, picture] -> rows of cells, each of as many channels as come out. */
export const encodedByHand = (graph: Graph, image: ArrayLike<number>, shape: EncoderShape): number[][] => {
  const { picture, patch, depth } = shape;
  const side = picture / patch;
  const read = reader(graph, 'image_encoder');
  const [kernel, bias, places] = [
    read.vector('patch_embed.proj.weight'),
    read.vector('patch_embed.proj.bias'),
    read.matrix('pos_embed'),
  ];
  const inputs = 3 * patch * patch;
  let x: number[][] = Array.from({ length: side * side }, (_, cell) => {
    const [top, left] = [Math.floor(cell / side) * patch, (cell % side) * patch];
    const pixels = Array.from({ length: inputs }, (__, k) => {
      const [c, r, s] = [Math.floor(k / (patch * patch)), Math.floor(k / patch) % patch, k % patch];
      return image[c * picture * picture + (top + r) * picture + left + s]!;
    });
    return bias.map((b, o) => b + dot(pixels, kernel.slice(o * inputs, (o + 1) * inputs)) + places[cell]![o]!);
  });
  for (let i = 0; i < depth; i += 1) x = block(x, graph, i, shape);
  const narrow = read.vector('neck.0.weight');
  const channels = narrow.length / x[0]!.length;
  const first = norm(
    x.map((row) =>
      Array.from({ length: channels }, (_, o) => dot(row, narrow.slice(o * row.length, (o + 1) * row.length))),
    ),
    read,
    'neck.1',
    1e-6,
  );
  const mixing = read.vector('neck.2.weight'); // [out, in, 3, 3]
  const mixed = first.map((_, cell) =>
    Array.from({ length: channels }, (__, o) => {
      let sum = 0;
      for (let r = -1; r <= 1; r += 1)
        for (let s = -1; s <= 1; s += 1) {
          const [row, column] = [Math.floor(cell / side) + r, (cell % side) + s];
          if (row < 0 || column < 0 || row >= side || column >= side) continue;
          for (let c = 0; c < channels; c += 1)
            sum += first[row * side + column]![c]! * mixing[((o * channels + c) * 3 + r + 1) * 3 + s + 1]!;
        }
      return sum;
    }),
  );
  return norm(mixed, read, 'neck.3', 1e-6);
};

interface Told {
  readonly embedding: Rows;
  readonly positions: Rows;
  readonly dense: Rows;
  readonly sparse: Rows;
}

const perceptron = (x: readonly number[], read: Reader, name: string): readonly number[] => {
  const [a, b, c] = [0, 1, 2].map((i) => `${name}.layers.${i}`);
  return dense(relu(dense(relu(dense([x], read, a!)), read, b!)), read, c!)[0]!;
};

const decoderAttention = (read: Reader, name: string, [q, k, v]: readonly [Rows, Rows, Rows], heads: number) =>
  dense(
    attend(
      [dense(q, read, `${name}.q_proj`), dense(k, read, `${name}.k_proj`), dense(v, read, `${name}.v_proj`)],
      heads,
    ),
    read,
    `${name}.out_proj`,
  );

/** One pixel to 2 by 2: weight [in, out, 2, 2]. */
const spread = (x: Rows, side: number, read: Reader, name: string): number[][] => {
  const [weight, bias] = [read.vector(`${name}.weight`), read.vector(`${name}.bias`)];
  const out = bias.length;
  return Array.from({ length: 4 * x.length }, (_, at) => {
    const [row, column] = [Math.floor(at / (2 * side)), at % (2 * side)];
    const from = x[Math.floor(row / 2) * side + Math.floor(column / 2)]!;
    return bias.map((b, o) =>
      from.reduce((sum, value, c) => sum + value * weight[((c * out + o) * 2 + (row % 2)) * 2 + (column % 2)]!, b),
    );
  });
};

/** Masks [4][16 cells] and what they are told to be worth. */
export const decodedByHand = (graph: Graph, told: Told, heads: number) => {
  const read = reader(graph, 'mask_decoder');
  const own = [...read.matrix('iou_token'), ...read.matrix('mask_tokens')];
  const begin: Rows = [...own, ...told.sparse];
  let tokens: number[][] = begin.map((row) => [...row]);
  let picture = add(told.embedding, told.dense);
  const layerNorm = (x: Rows, name: string) => norm(x, read, name, 1e-5);
  for (const i of [0, 1]) {
    const name = `transformer.layers.${i}`;
    const q = i === 0 ? tokens : add(tokens, begin);
    const among = decoderAttention(read, `${name}.self_attn`, [q, q, tokens], heads);
    tokens = layerNorm(i === 0 ? among : add(tokens, among), `${name}.norm1`);
    const cells = add(picture, told.positions);
    const toImage = [add(tokens, begin), cells, picture] as const;
    tokens = layerNorm(
      add(tokens, decoderAttention(read, `${name}.cross_attn_token_to_image`, toImage, heads)),
      `${name}.norm2`,
    );
    const thought = dense(relu(dense(tokens, read, `${name}.mlp.lin1`)), read, `${name}.mlp.lin2`);
    tokens = layerNorm(add(tokens, thought), `${name}.norm3`);
    const toTokens = [cells, add(tokens, begin), tokens] as const;
    picture = layerNorm(
      add(picture, decoderAttention(read, `${name}.cross_attn_image_to_token`, toTokens, heads)),
      `${name}.norm4`,
    );
  }
  const last = [add(tokens, begin), add(picture, told.positions), picture] as const;
  tokens = layerNorm(
    add(tokens, decoderAttention(read, 'transformer.final_attn_token_to_image', last, heads)),
    'transformer.norm_final_attn',
  );
  const side = Math.sqrt(picture.length);
  const twice = gelu(norm(spread(picture, side, read, 'output_upscaling.0'), read, 'output_upscaling.1', 1e-6));
  const pixels = gelu(spread(twice, 2 * side, read, 'output_upscaling.3'));
  const masks = [0, 1, 2, 3].map((m) => {
    const weights = perceptron(tokens[1 + m]!, read, `output_hypernetworks_mlps.${m}`);
    return pixels.map((row) => dot(row, weights));
  });
  return { masks, iou: perceptron(tokens[0]!, read, 'iou_prediction_head') };
};
