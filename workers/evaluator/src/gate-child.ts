/** The process that reads uploaded files for the API: behind limits, it parses, counts, and has onnxruntime run what was admitted once. */
import { readFile } from 'node:fs/promises';
import { isTopiaryError } from '@topiary/errors';
import { admit, beside, check, criterionRules, faultOf, type Rules, type Verdict } from '@topiary/gate';
import { serve } from '@topiary/sandbox/child';
import { assertRuns } from './validity.js';

interface Request {
  readonly path: string;
  /** The dense network of the board. */
  readonly base: string;
  readonly batch: number;
}

/** The verdict of the gate, and of onnxruntime on what the gate admits. */
const checkAndRun = async (bytes: Uint8Array, rules: Rules): Promise<Verdict> => {
  const verdict = check(bytes, rules);
  const line = { id: 'run', title: 'A graph that onnxruntime runs' } as const;
  if (!verdict.ok) return { ...verdict, checks: [...verdict.checks, { ...line, state: 'skipped', detail: '' }] };
  try {
    await assertRuns(admit(bytes, rules).graph);
    return { ...verdict, checks: [...verdict.checks, { ...line, state: 'passed', detail: 'loaded and run once' }] };
  } catch (error) {
    if (!isTopiaryError(error)) throw error;
    const checks = [...verdict.checks, { ...line, state: 'failed', detail: error.message } as const];
    return { ...verdict, ok: false, checks, faults: [faultOf(error)] };
  }
};

serve({
  'check-criterion': async ({ path }: { readonly path: string }): Promise<Verdict & { speedup: null }> => ({
    ...(await checkAndRun(await readFile(path), criterionRules())),
    speedup: null,
  }),
  check: async ({ path, base, batch }: Request): Promise<Verdict & { speedup: unknown }> => {
    const { rules, speedup } = beside(await readFile(base), batch);
    const verdict = await checkAndRun(await readFile(path), rules);
    return { ...verdict, speedup: verdict.ok && verdict.facts ? speedup(verdict.facts) : null };
  },
});
