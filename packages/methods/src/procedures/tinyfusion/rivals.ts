/** Other ways to say which blocks stay, as many as the pattern keeps: what a learned choice is compared with. */
import type { Random } from '../_procedure.js';
import type { Calibration } from './calibration.js';

export interface Pattern {
  readonly blocks: number;
  /** N of every M. */
  readonly keep: number;
  readonly of: number;
}

export interface RivalRequest extends Pattern {
  readonly calibration: Calibration;
  readonly random: Random;
  /** Masks that the smallest loss is looked for among. */
  readonly masks: number;
  readonly progress: (share: number) => void;
}

type Rival = (request: RivalRequest) => Promise<readonly boolean[]>;

const left = ({ blocks, keep, of }: Pattern): number => (blocks / of) * keep;

const only = (blocks: number, kept: Iterable<number>): boolean[] => {
  const stays = new Set(kept);
  return Array.from({ length: blocks }, (_, i) => stays.has(i));
};

/** Those with the highest worth. */
const best = (pattern: Pattern, worth: readonly number[]): boolean[] => {
  const order = worth.map((_, i) => i).sort((a, b) => worth[b]! - worth[a]! || a - b);
  return only(pattern.blocks, order.slice(0, left(pattern)));
};

const shuffled = (pattern: Pattern, random: Random): boolean[] => {
  const order = random.shuffle(Int32Array.from({ length: pattern.blocks }, (_, i) => i));
  return only(pattern.blocks, order.subarray(0, left(pattern)));
};

/** The first N of every M in the first half of the groups, the last N in the second: the first and the last block stay. */
export const oracle = ({ blocks, keep, of }: Pattern): boolean[] => {
  const groups = blocks / of;
  return Array.from({ length: blocks }, (_, i) => {
    const [group, place] = [Math.floor(i / of), i % of];
    return group < groups / 2 ? place < keep : place >= of - keep;
  });
};

export const RIVALS: Readonly<Record<string, Rival>> = {
  // BK-SDM's hand-made rule
  oracle: async (request) => oracle(request),
  'first-half': async (request) =>
    only(
      request.blocks,
      Array.from({ length: left(request) }, (_, i) => i),
    ),
  random: async (request) => shuffled(request, request.random),
  // ShortGPT: blocks leave that turn their stream least; the last one stays
  shortgpt: async (request) => {
    const cosines = await request.calibration.cosines();
    return best(
      request,
      cosines.map((value, i) => (i === request.blocks - 1 ? Number.POSITIVE_INFINITY : -value)),
    );
  },
  // what the loss rises by without each block alone
  sensitivity: async (request) => {
    const { blocks, calibration, progress } = request;
    const worth: number[] = [];
    for (let i = 0; i < blocks; i += 1) {
      worth.push(await calibration.loss(Array.from({ length: blocks }, (_, j) => j !== i)));
      progress((i + 1) / blocks);
    }
    return best(request, worth);
  },
  'minimum-loss': async (request) => {
    const { masks, calibration, random, progress } = request;
    let found: { readonly mask: readonly boolean[]; readonly loss: number } | null = null;
    for (let i = 0; i < masks; i += 1) {
      const mask = shuffled(request, random);
      const loss = await calibration.loss(mask);
      if (Number.isFinite(loss) && (found === null || loss < found.loss)) found = { mask, loss };
      progress((i + 1) / masks);
    }
    return found?.mask ?? shuffled(request, random);
  },
};
