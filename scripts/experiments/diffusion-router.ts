/**
 * The routers of Learning-to-Cache that experiments compare: which speed-ups, at which price, and where what was learned is kept, so
 * that it is learned once for all who choose with it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecipeInput } from '@topiary/contracts';
import type { ProcedureOutcome } from '@topiary/methods';
import { type Diffusion, outcomeOf } from './diffusion-context.js';
import { teacher } from './teacher.js';

const BATCH = 32;
/** Training steps for each step that reuses. */
export const ROUTER_STEPS = 40;

/**
 * Speed-ups a hair above those of 15 and 12 steps of 20, so that the router never has more MACs than they, and λ for each: the one
 * at which the router of seed 0 closes about as many of its 240 gates as the speed-up takes (125 and 200), so that it is the router
 * who chooses. Gates closed at 1e-5, 3e-5, 1e-4, 3e-4 and 1e-3: 110, 136, 171, 196, 214. No picture was looked at.
 */
export const [SOME, MORE] = [1.3334, 1.6667];
export const PRICES: Readonly<Record<number, number>> = { [SOME]: 2e-5, [MORE]: 3e-4 };

/** Beside the results of a trial, where it is one. */
const FOLDER = process.env['RESULTS_DIR'] ?? join(import.meta.dirname, '../../.data/experiments');

export interface RouterChoice {
  /** Who chooses: `learned`, or one who takes as many of each step otherwise. */
  readonly which: string;
  readonly speedup: number;
  readonly steps: number;
}

/** The pipeline that reuses what the router of the run's seed, or another one beside it, chose. */
export const routed = (diffusion: Diffusion, { which, speedup, steps }: RouterChoice): Promise<ProcedureOutcome> => {
  const price = PRICES[speedup]!;
  const { seed } = diffusion.context.job.run;
  const kept = join(FOLDER, `diffusion-router-${teacher.slice(0, 8)}-${steps}-${price}-${seed}.json`);
  const recipe: RecipeInput = {
    ...{ procedure: 'learning-to-cache', criterion: null, params: { procedure: { which, steps, price } } },
    finetune: { batch: BATCH },
  };
  return outcomeOf(
    diffusion,
    { recipe, target: `trajectory-macs:${speedup}x` },
    {
      restore: async () => (existsSync(kept) ? new Uint8Array(readFileSync(kept)) : null),
      checkpoint: async (state) => {
        mkdirSync(FOLDER, { recursive: true });
        writeFileSync(kept, state);
      },
    },
  );
};
