/** Pictures held out of training, to choose between networks without a look at the test split. */
import type { Graph } from '@topiary/onnx';
import type { Split } from '@topiary/zoo';

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

/** One picture in `every` on one side, the others on the other. */
export const holdOut = (split: Split, every: number): { readonly rest: Split; readonly held: Split } => {
  const all = Array.from({ length: split.length }, (_, i) => i);
  return {
    rest: chosen(
      split,
      all.filter((i) => i % every !== 0),
    ),
    held: chosen(
      split,
      all.filter((i) => i % every === 0),
    ),
  };
};

export interface Choice {
  readonly graph: Graph;
  readonly epoch: number;
  readonly top1: number;
}

/** Remembers the most accurate network; of equals the later one, which is the sparser. */
export class BestEpoch {
  readonly #accuracy: (graph: Graph) => Promise<number>;
  #best: Choice | null = null;
  /** Spent on looking. */
  seconds = 0;

  constructor(accuracy: (graph: Graph) => Promise<number>) {
    this.#accuracy = accuracy;
  }

  async offer(epoch: number, graph: Graph): Promise<Choice> {
    const began = performance.now();
    const top1 = await this.#accuracy(graph);
    this.seconds += (performance.now() - began) / 1000;
    if (this.#best === null || top1 >= this.#best.top1) this.#best = { graph, epoch, top1 };
    return this.#best;
  }
}
