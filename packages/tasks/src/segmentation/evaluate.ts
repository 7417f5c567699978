/**
 * How well objects are cut out by one prompt each, as SlimSAM judges (arXiv 2312.05284): the first mask, above 0, in the pixels of
 * the picture; the mean over the objects of a picture, then over pictures. The picture is encoded once for all of its prompts.
 */
import { floats, type Tensor } from '@topiary/onnx';
import type { Feeds, Pipeline } from '@topiary/pipeline';
import type { Scene } from '@topiary/zoo';
import type { Compute, Evaluation, Running } from '../_task.js';
import { type Chosen, sceneOf } from './batches.js';
import { framedPicture, maskFrom, type Normalisation, type Size } from './frame.js';
import { partsOf, sidesOf } from './parts.js';
import { type Prompt, promptFeeds } from './prompts.js';

/** Prompts that are decoded together. */
const TOGETHER = 64;

export interface Judging {
  readonly chosen: Chosen;
  readonly normalisation: Normalisation;
  /** Pictures that are encoded together. */
  readonly batch: number;
  readonly progress: (share: number) => void;
}

/** Pixels in both masks over pixels in either; 0 where neither has any. */
export const intersectionOverUnion = (a: Uint8Array, b: Uint8Array): number => {
  let [shared, all] = [0, 0];
  for (let i = 0; i < a.length; i += 1) {
    shared += a[i]! & b[i]!;
    all += a[i]! | b[i]!;
  }
  return all === 0 ? 0 : shared / all;
};

interface Asked {
  /** Of the picture, within the batch. */
  readonly picture: number;
  readonly size: Size;
  readonly prompt: Prompt;
}

export interface Said {
  /** [4, low, low] */
  readonly logits: Float32Array;
  /** [4] */
  readonly iou: Float32Array;
}

const rows = (x: Tensor, places: readonly number[]): Tensor => {
  const [n, ...rest] = x.dims as [number, ...number[]];
  const size = (x.data as Float32Array).length / n;
  const out = new Float32Array(places.length * size);
  places.forEach(
    (place, i) => void out.set((x.data as Float32Array).subarray(place * size, (place + 1) * size), i * size),
  );
  return floats(out, [places.length, ...rest]);
};

/** What the decoder says to prompts of pictures that are encoded already. */
export const decode = async (
  { run }: Pick<Running, 'run'>,
  embedding: Tensor,
  asked: readonly Asked[],
  sides: { readonly side: number; readonly low: number },
): Promise<Said[]> => {
  const said: Said[] = [];
  for (let from = 0; from < asked.length; from += TOGETHER) {
    const some = asked.slice(from, from + TOGETHER);
    const prompts = await run('prompts', promptFeeds(some, sides.side, sides.low));
    const pictures = rows(
      embedding,
      some.map(({ picture }) => picture),
    );
    const { masks, iou } = (await run('decoder', { ...prompts, embedding: pictures })) as Record<string, Tensor>;
    const [all, quality] = [masks!.data as Float32Array, iou!.data as Float32Array];
    const [size, count] = [all.length / some.length, quality.length / some.length];
    some.forEach(
      (_, i) =>
        void said.push({
          logits: all.subarray(i * size, (i + 1) * size),
          iou: quality.subarray(i * count, (i + 1) * count),
        }),
    );
  }
  return said;
};

export const encode = async (
  { run }: Pick<Running, 'run'>,
  scenes: readonly Scene[],
  side: number,
  normalisation: Normalisation,
): Promise<Tensor> => {
  const each = 3 * side * side;
  const images = new Float32Array(scenes.length * each);
  scenes.forEach(
    ({ pixels }, i) => void framedPicture(pixels, side, normalisation, images.subarray(i * each, (i + 1) * each)),
  );
  const { embedding } = (await run('encoder', { image: floats(images, [scenes.length, 3, side, side]) })) as Feeds;
  return embedding!;
};

/** Of each picture the mean IoU over its objects, in percent, and its embedding. */
export interface Judged {
  readonly point: readonly number[];
  readonly box: readonly number[];
  readonly embeddings: readonly Float32Array[];
}

const promptsOf = ({ pixels, objects }: Scene, picture: number, kind: 'point' | 'box'): Asked[] =>
  objects.map(({ point, box }) => ({
    picture,
    size: pixels,
    prompt: kind === 'point' ? { kind, point, inside: true } : { kind, box },
  }));

const meanIou = (said: readonly Said[], { pixels, objects }: Scene, side: number, low: number): number => {
  const all = said.map(({ logits }, i) =>
    intersectionOverUnion(maskFrom(logits.subarray(0, low * low), low, side, pixels), objects[i]!.mask),
  );
  return (100 * all.reduce((a, b) => a + b, 0)) / all.length;
};

/** Pictures with objects that can be decoded, in their order. */
const scenesOf = async (chosen: Chosen): Promise<Scene[]> => {
  const all = await Promise.all(chosen.places.map((place) => sceneOf(chosen, place)));
  return all.filter((scene) => scene !== null && scene.objects.length > 0) as Scene[];
};

export const judge = async (
  pipeline: Pipeline,
  { chosen, normalisation, batch, progress }: Judging,
  compute: Compute,
): Promise<Judged> => {
  const sides = sidesOf(partsOf(pipeline));
  const scenes = await scenesOf(chosen);
  const judged = { point: [] as number[], box: [] as number[], embeddings: [] as Float32Array[] };
  const running = await compute.open(pipeline);
  try {
    for (let from = 0; from < scenes.length; from += batch) {
      await compute.pause();
      const some = scenes.slice(from, from + batch);
      const embedding = await encode(running, some, sides.side, normalisation);
      const size = (embedding.data as Float32Array).length / some.length;
      some.forEach((_, i) => {
        judged.embeddings.push((embedding.data as Float32Array).slice(i * size, (i + 1) * size));
      });
      for (const kind of ['point', 'box'] as const) {
        const asked = some.flatMap((scene, picture) => promptsOf(scene, picture, kind));
        const said = await decode(running, embedding, asked, sides);
        some.forEach((scene, picture) => {
          const own = said.filter((_, i) => asked[i]!.picture === picture);
          judged[kind].push(meanIou(own, scene, sides.side, sides.low));
        });
      }
      progress(Math.min(1, (from + batch) / scenes.length));
    }
  } finally {
    await running.release();
  }
  return judged;
};

/** An object as a network cuts it out by its point. */
export interface CutOut {
  readonly mask: Uint8Array;
  /** With what was annotated. */
  readonly iou: number;
}

/** Of each picture its objects in their order. */
export const cutOut = async (
  pipeline: Pipeline,
  scenes: readonly Scene[],
  { normalisation, batch }: Pick<Judging, 'normalisation' | 'batch'>,
  compute: Compute,
): Promise<readonly (readonly CutOut[])[]> => {
  const { side, low } = sidesOf(partsOf(pipeline));
  const found: CutOut[][] = [];
  const running = await compute.open(pipeline);
  try {
    for (let from = 0; from < scenes.length; from += batch) {
      await compute.pause();
      const some = scenes.slice(from, from + batch);
      const embedding = await encode(running, some, side, normalisation);
      for (const [picture, scene] of some.entries()) {
        const said = await decode(running, embedding, promptsOf(scene, picture, 'point'), { side, low });
        const masks = said.map(({ logits }) => maskFrom(logits.subarray(0, low * low), low, side, scene.pixels));
        found.push(masks.map((mask, i) => ({ mask, iou: intersectionOverUnion(mask, scene.objects[i]!.mask) })));
      }
    }
  } finally {
    await running.release();
  }
  return found;
};

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

const squaredDistance = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length;

/** Beside what the base said to the same pictures. */
export const evaluationOf = ({ point, box, embeddings }: Judged, base: Judged): Evaluation => ({
  n: point.length,
  values: {
    'miou-point': mean(point),
    'miou-box': mean(box),
    retention: (100 * mean(point)) / mean(base.point),
    'embedding-error': mean(embeddings.map((one, i) => squaredDistance(one, base.embeddings[i]!))),
  },
  answers: { metric: 'miou-point', values: Float32Array.from(point) },
});
