/**
 * Pascal VOC's annotations: one XML file a picture, lists of names for the splits. Coordinates are the first and the last
 * pixel of a box, counted from 1, so its left edge is xmin - 1 and its right edge xmax.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { corrupt, type Marked, type MarkedPicture } from './marked.js';

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown, where: string, name: string): Fields => {
  if (typeof value === 'object' && value !== null) return value as Fields;
  throw corrupt(where, `an element <${name}>`, 'none');
};

const numberOf = (fields: Fields, name: string, where: string): number => {
  const value = Number(fields[name] ?? Number.NaN);
  if (fields[name] !== '' && Number.isFinite(value)) return value;
  throw corrupt(where, `a number in <${name}>`, fields[name] === undefined ? 'none' : `'${fields[name]}'`);
};

const markedOf = (value: unknown, where: string): Marked => {
  const object = fieldsOf(value, where, 'object');
  if (typeof object['name'] !== 'string' || object['name'] === '') throw corrupt(where, 'a class in <name>', 'none');
  const corners = fieldsOf(object['bndbox'], where, 'bndbox');
  const [xmin, ymin, xmax, ymax] = ['xmin', 'ymin', 'xmax', 'ymax'].map((name) => numberOf(corners, name, where));
  // A box of one column or row is a point or a line that somebody drew by mistake.
  const isFlat = xmax! <= xmin! || ymax! <= ymin!;
  return {
    box: isFlat ? [xmin!, ymin!, xmin!, ymin!] : [xmin! - 1, ymin! - 1, xmax!, ymax!],
    class: object['name'],
    area: null,
    crowd: false,
    difficult: object['difficult'] === '1',
  };
};

/** Loaded when the first file is read: most processes never read one. */
const load = async () => {
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  const parser = new XMLParser({
    parseTagValue: false,
    isArray: (name, path) => name === 'object' && String(path) === 'annotation.object',
  });
  return (text: string, where: string): Fields => {
    const verdict = XMLValidator.validate(text);
    if (verdict !== true) throw corrupt(where, 'well-formed XML', `${verdict.err.msg} in line ${verdict.err.line}`);
    return parser.parse(text) as Fields;
  };
};
let loading: ReturnType<typeof load> | null = null;

/** `where` names the file in errors. */
export const parseVoc = async (text: string, id: string, where: string): Promise<MarkedPicture> => {
  loading ??= load();
  const annotation = fieldsOf((await loading)(text, where)['annotation'], where, 'annotation');
  const size = fieldsOf(annotation['size'], where, 'size');
  const objects = (annotation['object'] ?? []) as readonly unknown[];
  return {
    id,
    width: numberOf(size, 'width', where),
    height: numberOf(size, 'height', where),
    objects: objects.map((object) => markedOf(object, where)),
  };
};

/** Names of a split, one a line; lists by class have a second column, which is passed over. */
export const namesIn = (list: string): string[] =>
  list
    .split(/\r?\n/)
    .map((line) => line.trim().split(/\s+/)[0]!)
    .filter((name) => name !== '');

/** Null: there is no such list. */
export const readList = async (root: string, split: string): Promise<string[] | null> => {
  const text = await readFile(join(root, 'ImageSets/Main', `${split}.txt`), 'utf8').catch(() => null);
  return text === null ? null : namesIn(text);
};

/** One annotation; null: there is no such file. */
export const readVoc = async (root: string, id: string): Promise<MarkedPicture | null> => {
  const where = `Annotations/${id}.xml`;
  const text = await readFile(join(root, where), 'utf8').catch(() => null);
  return text === null ? null : parseVoc(text, id, where);
};
