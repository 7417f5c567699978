/** Pictures cut into squares, for a network that sees small ones: each part of an object that is large enough is an object. */
import { createHash } from 'node:crypto';
import {
  innerPoint,
  type MaskedObject,
  type MaskSplit,
  type Pixels,
  type Random,
  randomFrom,
  type Scene,
  tightBox,
} from '@topiary/zoo';

/** Pixels that a part of an object has at least. */
const LEAST = 30;

const cutPlane = (
  plane: Uint8Array,
  width: number,
  [left, top]: readonly [number, number],
  side: number,
): Uint8Array => {
  const out = new Uint8Array(side * side);
  for (let y = 0; y < side; y += 1)
    out.set(plane.subarray((top + y) * width + left, (top + y) * width + left + side), y * side);
  return out;
};

const cutPicture = ({ width, height, data }: Pixels, at: readonly [number, number], side: number): Pixels => {
  const planes = new Uint8Array(3 * side * side);
  for (let c = 0; c < 3; c += 1) {
    const plane = data.subarray(c * width * height, (c + 1) * width * height);
    planes.set(cutPlane(plane, width, at, side), c * side * side);
  }
  return { width: side, height: side, data: planes };
};

const partOf = (mask: Uint8Array, side: number, random: Random): MaskedObject[] => {
  const box = tightBox(mask, side);
  if (box === null || mask.reduce((sum, bit) => sum + bit, 0) < LEAST) return [];
  return [{ mask, box, point: innerPoint(mask, side, box, (n) => random.below(n)) }];
};

const tilesOf = (
  { pixels, objects }: Scene,
  name: string,
  side: number,
): { readonly id: string; readonly scene: Scene }[] => {
  const found = [];
  for (let top = 0; top + side <= pixels.height; top += side) {
    for (let left = 0; left + side <= pixels.width; left += side) {
      const id = `${name}/${left},${top}`;
      const random = randomFrom(`tile/${id}`);
      const isNear = ({ box }: MaskedObject) =>
        box[0] < left + side && box[2] > left && box[1] < top + side && box[3] > top;
      const parts = objects
        .filter(isNear)
        .flatMap(({ mask }) => partOf(cutPlane(mask, pixels.width, [left, top], side), side, random));
      if (parts.length > 0)
        found.push({ id, scene: { pixels: cutPicture(pixels, [left, top], side), objects: parts } });
    }
  }
  return found;
};

/** Of the pictures at these places, whole squares that have an object; one is called `<picture>/<left>,<top>`. */
export const tiled = async (split: MaskSplit, places: readonly number[], side: number): Promise<MaskSplit> => {
  const tiles: { readonly id: string; readonly scene: Scene }[] = [];
  for (const place of places) {
    const scene = await split.scene(place);
    if (scene !== null) tiles.push(...tilesOf(scene, split.idOf(place), side));
  }
  return {
    length: tiles.length,
    idOf: (index) => tiles[index]!.id,
    scene: async (index) => tiles[index]!.scene,
    hash: () => {
      const hash = createHash('sha256').update(`tiles/${side}`);
      for (const { id, scene } of tiles) {
        hash.update(id).update(scene.pixels.data);
        for (const { mask, point } of scene.objects) hash.update(mask).update(point.join());
      }
      return hash.digest('hex');
    },
  };
};
