/** What an exported detector says of itself: the metadata that the exporters of the YOLO family write. */
import { TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import { readLiteral } from './literal.js';

export interface Said {
  /** Names by class; null: it says nothing. */
  readonly classes: readonly string[] | null;
  /** Pixels of height and width; null: it says nothing. */
  readonly size: readonly [number, number] | null;
  readonly license: string | null;
}

const bad = (key: string, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where: `metadata ${key}`, expected, got });

/** {0: 'person', 1: …} or a list. */
const namesIn = (text: string): readonly string[] => {
  const value = readLiteral(text, 'metadata names');
  const pairs: readonly (readonly [unknown, unknown])[] =
    value instanceof Map ? [...value] : Array.isArray(value) ? value.map((name, i) => [i, name]) : [];
  const names = new Array<string>(pairs.length);
  for (const [place, name] of pairs) {
    if (typeof name !== 'string' || !Number.isInteger(place) || Number(place) < 0 || Number(place) >= pairs.length)
      throw bad('names', 'a name for every class from 0 on', text.slice(0, 60));
    names[Number(place)] = name;
  }
  if (names.length > 0) return names;
  throw bad('names', 'a dictionary of names', text.slice(0, 60));
};

const sizeIn = (text: string): readonly [number, number] => {
  const value = readLiteral(text, 'metadata imgsz');
  const sides = Array.isArray(value) ? value : [value, value];
  const [height, width = height] = sides;
  if (typeof height === 'number' && typeof width === 'number' && height > 0 && width > 0) return [height, width];
  throw bad('imgsz', 'height and width', text.slice(0, 60));
};

/** Throws where what it says is no literal, or is of another task. */
export const saidBy = ({ metadata }: Pick<Graph, 'metadata'>): Said => {
  const { task, names, imgsz, license } = metadata;
  if (task !== undefined && task !== 'detect') throw bad('task', 'detect', task);
  return {
    classes: names === undefined ? null : namesIn(names),
    size: imgsz === undefined ? null : sizeIn(imgsz),
    license: license ?? null,
  };
};
