/** The process that reads uploaded files for the API: behind limits, it parses, counts, and has onnxruntime run what was admitted once. */
import { isTopiaryError } from '@topiary/errors';
import { admit, beside, check, criterionRules, faultOf, type Rules, type Verdict } from '@topiary/gate';
import { readGiven, serve } from '@topiary/sandbox/child';
import { assertRuns } from './validity.js';

/** The files that the API opened for this process: the upload, and the dense network of the board. */
const [UPLOAD, BASE] = [0, 1];

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
  'check-criterion': async (): Promise<Verdict & { speedup: null }> => ({
    ...(await checkAndRun(readGiven(UPLOAD), criterionRules())),
    speedup: null,
  }),
  check: async ({ batch }: { readonly batch: number }): Promise<Verdict & { speedup: unknown }> => {
    const { rules, speedup } = beside(readGiven(BASE), batch);
    const verdict = await checkAndRun(readGiven(UPLOAD), rules);
    return { ...verdict, speedup: verdict.ok && verdict.facts ? speedup(verdict.facts) : null };
  },
});
