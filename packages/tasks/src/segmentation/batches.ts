/** Batches of pictures with prompts and masks; a step's batch follows from its seed and number alone. */
import { TopiaryError } from '@topiary/errors';
import { floats } from '@topiary/onnx';
import type { Feeds } from '@topiary/pipeline';
import {
  type Corners,
  innerPoint,
  jitteredBox,
  type MaskedObject,
  type MaskSplit,
  type Pixels,
  type Random,
  randomFrom,
  type Scene,
  tightBox,
} from '@topiary/zoo';
import type { BatchRequest } from '../_task.js';
import { framedMask, framedPicture, type Normalisation } from './frame.js';
import { FEEDS } from './loss.js';
import { type Prompt, promptFeeds } from './prompts.js';

/** Pictures of a split, by their places in it. */
export interface Chosen {
  readonly split: MaskSplit;
  readonly places: readonly number[];
  /** Names of pictures that could not be decoded; more are added. */
  readonly damaged: Set<string>;
}

export interface Drawing extends Normalisation {
  /** Pixels along a side of the encoder's square, and of the decoder's masks. */
  readonly side: number;
  readonly low: number;
  /** Prompts of each picture. */
  readonly prompts: number;
  readonly flip: number;
  readonly flipVertical: number;
}

/** A picture without objects, or one that cannot be decoded, is replaced by another one, at most so many times in a row. */
const SPARES = 50;
/** Every side of a box is moved by up to so great a share of it. */
const JITTER = 0.05;

/** Of a split: read once it can be, and remembered as damaged where it cannot. */
export const sceneOf = async ({ split, damaged }: Chosen, place: number): Promise<Scene | null> => {
  const scene = await split.scene(place);
  if (scene === null) damaged.add(split.idOf(place));
  return scene;
};

const sceneWithObjects = async (chosen: Chosen, random: Random): Promise<Scene> => {
  for (let n = 0; n < SPARES; n += 1) {
    const scene = await sceneOf(chosen, chosen.places[random.below(chosen.places.length)]!);
    if (scene !== null && scene.objects.length > 0) return scene;
  }
  throw new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', {
    where: [...chosen.damaged].slice(0, 3).join(', ') || 'the training split',
    expected: 'pictures that can be decoded, with objects',
    got: `${SPARES} drawn ones without`,
  });
};

/** A plane mirrored left and right, top and bottom. */
const mirrored = (plane: Uint8Array, width: number, sideways: boolean, upside: boolean): Uint8Array => {
  if (!sideways && !upside) return plane;
  const out = new Uint8Array(plane.length);
  const height = plane.length / width;
  for (let y = 0; y < height; y += 1) {
    const row = plane.subarray(y * width, (y + 1) * width);
    const to = upside ? height - 1 - y : y;
    out.set(sideways ? row.toReversed() : row, to * width);
  }
  return out;
};

const mirroredPicture = ({ width, height, data }: Pixels, sideways: boolean, upside: boolean): Pixels => {
  if (!sideways && !upside) return { width, height, data };
  const out = new Uint8Array(data.length);
  for (let c = 0; c < 3; c += 1) {
    const plane = data.subarray(c * width * height, (c + 1) * width * height);
    out.set(mirrored(plane, width, sideways, upside), c * width * height);
  }
  return { width, height, data: out };
};

/** By a point and by a box in turn, drawn anew. */
const drawnPrompt = (mask: Uint8Array, size: Pixels, turn: number, random: Random): Prompt => {
  const tight = tightBox(mask, size.width)!;
  if (turn % 2 === 0)
    return { kind: 'point', inside: true, point: innerPoint(mask, size.width, tight, (n) => random.below(n)) };
  const box: Corners = jitteredBox(tight, [size.width, size.height], JITTER, () => random.between(-1, 1));
  return { kind: 'box', box };
};

/** The objects of a picture, each as often as the others; in an order that chance decides. */
const turnsOf = (objects: readonly MaskedObject[], turns: number, random: Random): readonly MaskedObject[] => {
  const order = random.shuffle(Int32Array.from(objects, (_, i) => i));
  return Array.from({ length: turns }, (_, i) => objects[order[i % order.length]!]!);
};

interface Drawn {
  readonly picture: Pixels;
  readonly prompts: readonly Prompt[];
  readonly masks: readonly Uint8Array[];
}

const drawnFrom = (
  { pixels, objects }: Scene,
  { prompts, ...mirrors }: Drawing,
  isPlain: boolean,
  random: Random,
): Drawn => {
  const [sideways, upside] = [random.chance(mirrors.flip), random.chance(mirrors.flipVertical)].map(
    (yes) => yes && !isPlain,
  );
  const picture = mirroredPicture(pixels, sideways!, upside!);
  const masks = turnsOf(objects, prompts, random).map(({ mask }) => mirrored(mask, pixels.width, sideways!, upside!));
  return { picture, masks, prompts: masks.map((mask, turn) => drawnPrompt(mask, picture, turn, random)) };
};

/** One batch of `batch` pictures and `batch · prompts` prompts. `image` names the network's input. */
export const drawPrompted = async (
  chosen: Chosen,
  drawing: Drawing,
  { batch, seed, step, plain = false }: { batch: number; seed: number; step: number; plain?: boolean },
  image: string,
): Promise<Feeds> => {
  const { side, low } = drawing;
  const random = randomFrom(`masks/${seed}/${step}`);
  const images = new Float32Array(batch * 3 * side * side);
  const drawn: Drawn[] = [];
  for (let i = 0; i < batch; i += 1) {
    const one = drawnFrom(await sceneWithObjects(chosen, random), drawing, plain, random);
    framedPicture(one.picture, side, drawing, images.subarray(i * 3 * side * side, (i + 1) * 3 * side * side));
    drawn.push(one);
  }
  const asked = drawn.flatMap(({ prompts, picture: size }) => prompts.map((prompt) => ({ prompt, size })));
  const truth = new Float32Array(asked.length * low * low);
  drawn
    .flatMap(({ masks, picture }) => masks.map((mask) => framedMask(mask, picture, side, low)))
    .forEach((mask, i) => void truth.set(mask, i * low * low));
  const { points, labels, mask, given } = promptFeeds(asked, side, low);
  return {
    [image]: floats(images, [batch, 3, side, side]),
    [FEEDS.points]: points!,
    [FEEDS.labels]: labels!,
    [FEEDS.mask]: mask!,
    [FEEDS.given]: given!,
    [FEEDS.truth]: floats(truth, [asked.length, low, low]),
  };
};

export async function* maskBatches(
  chosen: Chosen,
  drawing: Drawing,
  { batch, steps, seed, plain = false, onWait }: BatchRequest,
  image: string,
): AsyncGenerator<Feeds, undefined> {
  for (let step = 0; step < steps; step += 1) {
    const asked = performance.now();
    const feeds = await drawPrompted(chosen, drawing, { batch, seed, step, plain }, image);
    onWait?.(performance.now() - asked);
    yield feeds;
  }
  return undefined;
}
