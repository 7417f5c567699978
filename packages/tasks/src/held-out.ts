/** Pictures held out of training, to choose between networks without a look at the test split. */
import type { Split } from '@topiary/zoo';

/** One training picture in so many is held out. */
const EVERY = 10;

const chosen = (split: Split, indices: readonly number[]): Split => {
  const { pictures, labels } = split;
  return {
    ...split,
    length: indices.length,
    labels: Uint16Array.from(indices, (index) => labels[index]!),
    pictures: {
      plain: (i, out, offset) => pictures.plain(indices[i]!, out, offset),
      augmented: (random, augment) => {
        const read = pictures.augmented(random, augment);
        return (i, out, offset) => read(indices[i]!, out, offset);
      },
      damaged: pictures.damaged,
      hash: () => pictures.hash(),
    },
  };
};

/** The first pictures of a split (all, where it has fewer). */
export const firstOf = (split: Split, examples: number): Split =>
  examples >= split.length
    ? split
    : chosen(
        split,
        Array.from({ length: examples }, (_, i) => i),
      );

/** How many of so many examples are not held out. */
export const restOf = (examples: number): number => examples - Math.ceil(examples / EVERY);

/** One picture in ten on one side, the others on the other. */
export const holdOut = (split: Split): { readonly rest: Split; readonly held: Split } => {
  const all = Array.from({ length: split.length }, (_, i) => i);
  return {
    rest: chosen(
      split,
      all.filter((i) => i % EVERY !== 0),
    ),
    held: chosen(
      split,
      all.filter((i) => i % EVERY === 0),
    ),
  };
};
