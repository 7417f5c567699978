/** The process that reads uploaded files for the API: it only parses and counts, behind limits, and runs nothing. */
import { readFile } from 'node:fs/promises';
import { canonicalize } from '@topiary/canonical';
import { check, criterionRules, type Facts, rulesBeside, type Verdict } from '@topiary/gate';
import { decode } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { serve } from '@topiary/sandbox/child';

interface Request {
  readonly path: string;
  /** The dense network of the board. */
  readonly base: string;
  readonly batch: number;
}

const speedup = (base: { pure: number; published: number }, facts: Facts | null) =>
  facts && { pure: base.pure / facts.macs.pure, published: base.published / facts.macs.published };

serve({
  'check-criterion': async ({ path }: { readonly path: string }): Promise<Verdict & { speedup: null }> => ({
    ...check(await readFile(path), criterionRules()),
    speedup: null,
  }),
  check: async ({ path, base, batch }: Request): Promise<Verdict & { speedup: unknown }> => {
    const dense = await readFile(base);
    const graph = canonicalize(decode(dense));
    const verdict = check(await readFile(path), rulesBeside(graph, dense.length, batch));
    return { ...verdict, speedup: verdict.ok ? speedup(count(graph), verdict.facts) : null };
  },
});
