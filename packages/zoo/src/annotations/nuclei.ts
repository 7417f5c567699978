/**
 * BBBC038's archive as files of SA-1B's layout: <name>/images/<name>.png with <name>/masks/*.png, a picture of 0 and 255 for each
 * nucleus, becomes a picture and a JSON file with run lengths. By their names' order two pictures are trained on, the third is
 * tested on.
 */
import { decodeWhole } from '../decode.js';
import { tightBox } from '../masks.js';
import { type Archive, openArchive } from '../weights/archive.js';
import { corrupt } from './marked.js';
import { countsOf, textOf } from './run-lengths.js';

export interface NucleiFile {
  readonly split: 'train' | 'test';
  readonly name: string;
  /** PNG, as it came. */
  readonly picture: Uint8Array;
  /** JSON. */
  readonly annotations: string;
}

const MOST_BYTES = 32 * 2 ** 20;
const EVERY = 3;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Of one picture, in the archive's order of names. */
interface Entries {
  picture: string | null;
  readonly masks: string[];
}

const grouped = ({ names }: Archive): Map<string, Entries> => {
  const found = new Map<string, Entries>();
  for (const path of [...names].sort((a, b) => (a < b ? -1 : 1))) {
    const [, name, what] = /(?:^|\/)([^/]+)\/(images|masks)\/[^/]+\.png$/.exec(path) ?? [];
    if (name === undefined) continue;
    const own = found.get(name) ?? { picture: null, masks: [] };
    if (what === 'images') own.picture = path;
    else own.masks.push(path);
    found.set(name, own);
  }
  return found;
};

const decoded = async (archive: Archive, path: string) => {
  const bytes = await archive.read(path, MOST_BYTES);
  const pixels = await decodeWhole(bytes);
  if (pixels === null) throw corrupt(path, 'a picture that can be decoded', `${bytes.length} bytes that cannot`);
  return { bytes, pixels };
};

/** What SA-1B writes of one mask; null: it has no pixel. */
const annotationOf = async (archive: Archive, path: string, id: number, { width, height }: Size) => {
  const { pixels } = await decoded(archive, path);
  if (pixels.width !== width || pixels.height !== height)
    throw corrupt(path, `a mask of its picture's ${width} by ${height} pixels`, `${pixels.width} by ${pixels.height}`);
  const mask = Uint8Array.from({ length: width * height }, (_, at) => Number(pixels.data[at]! > 127));
  const box = tightBox(mask, width);
  if (box === null) return null;
  const [left, top, right, bottom] = box;
  return {
    id,
    area: mask.reduce((sum, bit) => sum + bit, 0),
    bbox: [left, top, right - left, bottom - top],
    segmentation: { size: [height, width], counts: textOf(countsOf(mask, [height, width])) },
  };
};

export async function* nucleiFiles(bytes: Uint8Array): AsyncGenerator<NucleiFile> {
  const archive = await openArchive(bytes);
  let at = 0;
  for (const [name, { picture, masks }] of grouped(archive)) {
    if (picture === null) throw corrupt(name, 'a picture beside its masks', 'none');
    const { bytes: file, pixels } = await decoded(archive, picture);
    const { width, height } = pixels;
    const found = [];
    for (const [id, path] of masks.entries()) found.push(await annotationOf(archive, path, id, pixels));
    const image = { image_id: at, width, height, file_name: `${name}.png` };
    const annotations = JSON.stringify({ image, annotations: found.filter((one) => one !== null) });
    yield { split: at % EVERY === EVERY - 1 ? 'test' : 'train', name, picture: file, annotations };
    at += 1;
  }
}
