/** Equations of Einsum: `bnhd,bmhd->bhnm`, with `...` for any number of leading dimensions. */

export interface Equation {
  /** One label per dimension of each operand. */
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

const DOTS = '...';

const tokensOf = (term: string): string[] => term.match(/\.\.\.|./g) ?? [];

/** The letters of a term; its dots become labels counted from the right, so that they align as in any broadcast. */
const labelsOf = (term: string, dots: number): string[] =>
  tokensOf(term).flatMap((token) =>
    token === DOTS ? Array.from({ length: dots }, (_, i) => `.${dots - 1 - i}`) : [token],
  );

const isUnique = (labels: readonly string[]): boolean => new Set(labels).size === labels.length;

/** Left out: the letters that stand once, in the order of the alphabet, after the dots. */
const impliedOutput = (terms: readonly string[]): string => {
  const letters = terms.flatMap(tokensOf).filter((token) => token !== DOTS);
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));
  return `${terms.some((term) => term.includes(DOTS)) ? DOTS : ''}${once.sort().join('')}`;
};

/** null where the text does not fit operands of these ranks, or takes a diagonal (one label twice in an operand). */
export const parseEquation = (text: string, ranks: readonly number[]): Equation | null => {
  const [left = '', right, more] = text.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  if (more !== undefined || terms.length !== ranks.length) return null;
  const dots = terms.map((term, i) => (term.includes(DOTS) ? ranks[i]! - tokensOf(term).length + 1 : 0));
  if (dots.some((count) => count < 0)) return null;
  const inputs = terms.map((term, i) => labelsOf(term, dots[i]!));
  const output = labelsOf(right ?? impliedOutput(terms), Math.max(0, ...dots));
  const known = new Set(inputs.flat());
  const fits = inputs.every((labels, i) => labels.length === ranks[i] && isUnique(labels));
  const letters = [...inputs.flat(), ...output].every((label) => /^([A-Za-z]|\.\d+)$/.test(label));
  return fits && letters && isUnique(output) && output.every((label) => known.has(label)) ? { inputs, output } : null;
};
