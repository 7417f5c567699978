/** A segmenter and its base in this page: onnxruntime-web on one thread; the picture is encoded once, each point decoded by itself. */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import runtimeUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { Asks, MaskedPicture } from '../masks-data.js';
import { framed, maskOf } from './resize.js';

/** Where the networks lie: what reads prompts and what decodes masks are the same for both. */
export interface Places {
  readonly network: string;
  readonly base: string;
  readonly prompts: string;
  readonly decoder: string;
}

export interface Found {
  readonly network: Uint8Array;
  readonly base: Uint8Array;
  readonly ms: number;
}

/** Answers points in one picture. */
export interface Live {
  at(picture: MaskedPicture, point: readonly [number, number]): Promise<Found>;
}

const [INSIDE, NONE] = [1, -1];

const load = async () => {
  const ort = await import('onnxruntime-web/wasm');
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: runtimeUrl };
  return ort;
};
type Ort = Awaited<ReturnType<typeof load>>;

/** Planes [3, side, side] of a picture that the page shows; zeros below and on the right. */
const pixelsOf = async ({ image }: MaskedPicture, { mean, std, side }: Asks): Promise<Float32Array> => {
  const shown = new Image();
  shown.src = image;
  await shown.decode();
  const to = framed({ width: shown.naturalWidth, height: shown.naturalHeight }, side);
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(shown, 0, 0, to.width, to.height);
  const { data } = context.getImageData(0, 0, side, side);
  const planes = new Float32Array(3 * side * side);
  for (let y = 0; y < to.height; y += 1) {
    for (let x = 0; x < to.width; x += 1) {
      for (let c = 0; c < 3; c += 1) {
        const value = data[4 * (y * side + x) + c]! / 255;
        planes[(c * side + y) * side + x] = (value - mean[c]!) / std[c]!;
      }
    }
  }
  return planes;
};

/** A point and none, without an earlier mask. */
const promptOf = (ort: Ort, picture: MaskedPicture, [x, y]: readonly [number, number], { side, low }: Asks) => {
  const to = framed(picture, side);
  const place = [(x * to.width) / picture.width, (y * to.height) / picture.height, 0, 0];
  return {
    points: new ort.Tensor('float32', Float32Array.from(place), [1, 2, 2]),
    labels: new ort.Tensor('float32', Float32Array.of(INSIDE, NONE), [1, 2]),
    mask: new ort.Tensor('float32', new Float32Array(low * low), [1, 1, low, low]),
    given: new ort.Tensor('float32', new Float32Array(1), [1, 1]),
  };
};

const open = async (ort: Ort, url: string): Promise<InferenceSession> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return ort.InferenceSession.create(new Uint8Array(await response.arrayBuffer()));
};

export const openLive = async (places: Places, asks: Asks): Promise<Live> => {
  const ort = await load();
  const [network, base, prompts, decoder] = await Promise.all(
    [places.network, places.base, places.prompts, places.decoder].map((url) => open(ort, url)),
  );
  const encoders = { network: network!, base: base! };
  // by picture, what both encoders make of it
  const known = new Map<string, Promise<{ readonly network: Tensor; readonly base: Tensor }>>();
  const encode = async (picture: MaskedPicture) => {
    const image = new ort.Tensor('float32', await pixelsOf(picture, asks), [1, 3, asks.side, asks.side]);
    const { embedding: own } = await encoders.network.run({ image });
    const { embedding: other } = await encoders.base.run({ image });
    return { network: own!, base: other! };
  };
  const decode = async (embedding: Tensor, read: InferenceSession.OnnxValueMapType, picture: MaskedPicture) => {
    const { sparse, dense, positions } = read;
    const said = await decoder!.run({ embedding, sparse: sparse!, dense: dense!, positions: positions! });
    const logits = said['masks']!.data as Float32Array;
    return maskOf(logits.subarray(0, asks.low ** 2), asks.low, asks.side, picture);
  };
  return {
    at: async (picture, point) => {
      const began = performance.now();
      const embeddings = known.get(picture.image) ?? encode(picture);
      known.set(picture.image, embeddings);
      const { network: own, base: other } = await embeddings;
      const read = await prompts!.run(promptOf(ort, picture, point, asks));
      const found = { network: await decode(own, read, picture), base: await decode(other, read, picture) };
      return { ...found, ms: performance.now() - began };
    },
  };
};
