/**
 * COCO's run lengths: how many pixels are outside, then inside, then outside, … down the columns, one after another. As a text
 * each number is written in pieces of five bits from the lowest on, six bits to a character from '0' on, the sixth says that more
 * pieces follow; from the fourth number on it is the difference to the number before the last.
 */
import { corrupt } from './marked.js';

const [FIRST, PIECE, MORE, SIGN] = [48, 31, 32, 16];
/** Pieces of a number that fits into 32 bits. */
const MOST = 7;

/** The numbers of a text. `where` names it in errors. */
export const countsIn = (text: string, where: string): number[] => {
  const counts: number[] = [];
  let [number, pieces] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at) - FIRST;
    if (code < 0 || code > PIECE + MORE || pieces === MOST)
      throw corrupt(where, 'run lengths as COCO writes them', `'${text.slice(at, at + 8)}' at ${at}`);
    number += (code & PIECE) * 2 ** (5 * pieces);
    pieces += 1;
    if (code & MORE) continue;
    if (code & SIGN) number -= 2 ** (5 * pieces);
    counts.push(number + (counts.length > 2 ? counts.at(-2)! : 0));
    [number, pieces] = [0, 0];
  }
  if (pieces > 0) throw corrupt(where, 'run lengths as COCO writes them', 'a text that ends inside a number');
  return counts;
};

/** A mask [height, width] of 0 and 1, row by row. */
export const maskOf = (
  counts: readonly number[],
  [height, width]: readonly [number, number],
  where: string,
): Uint8Array => {
  const bad = counts.find((count) => !Number.isInteger(count) || count < 0);
  if (bad !== undefined) throw corrupt(where, 'run lengths from 0 on', String(bad));
  const pixels = counts.reduce((a, b) => a + b, 0);
  if (pixels !== height * width)
    throw corrupt(where, `run lengths of ${width} by ${height} pixels, ${width * height} together`, `${pixels}`);
  const mask = new Uint8Array(height * width);
  let at = 0;
  counts.forEach((count, i) => {
    if (i % 2 === 1) for (let k = at; k < at + count; k += 1) mask[(k % height) * width + Math.floor(k / height)] = 1;
    at += count;
  });
  return mask;
};

/** The other way: of a mask [height, width], row by row. */
export const countsOf = (mask: Uint8Array, [height, width]: readonly [number, number]): number[] => {
  const counts: number[] = [];
  let [bit, from] = [0, 0];
  for (let at = 0; at <= mask.length; at += 1) {
    const isSame = at < mask.length && mask[(at % height) * width + Math.floor(at / height)] === bit;
    if (isSame) continue;
    counts.push(at - from);
    [bit, from] = [1 - bit, at];
  }
  return counts;
};

/** As pycocotools writes them. */
export const textOf = (counts: readonly number[]): string =>
  counts
    .map((count, i) => {
      let [rest, text, isMore] = [i > 2 ? count - counts[i - 2]! : count, '', true];
      while (isMore) {
        const piece = rest & PIECE;
        rest >>= 5;
        // the sign of the last piece stands for everything above it
        isMore = rest !== (piece & SIGN ? -1 : 0);
        text += String.fromCharCode(FIRST + piece + (isMore ? MORE : 0));
      }
      return text;
    })
    .join('');
