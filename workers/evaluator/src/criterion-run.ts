/** A run of an uploaded criterion: the ordinary run of a recipe, with scores from a graph in a process of its own. */
import { join } from 'node:path';
import { TopiaryError } from '@topiary/errors';
import { type CriterionSource, type ItemInput, type ScoredItem, uploadedCriterion, wantedFor } from '@topiary/methods';
import { Sandbox, type SandboxLimits } from '@topiary/sandbox';
import type { FilledRecipe } from '@topiary/tracks';
import { z } from 'zod';
import type { FromChild } from './messages.js';
import { runRecipe } from './recipe-run.js';
import type { RunContext } from './run-context.js';
import { Runner } from './runner.js';

const LIMITS: SandboxLimits = { memoryBytes: 2 ** 31, seconds: 60, cpuSeconds: 4 * 3600, processes: 128 };
const Submitted = z.looseObject({ method: z.string(), file: z.string() });

/** Scores of the right number; whether they are finite is asked of every criterion. */
const checked = (scores: Float32Array, { places }: ScoredItem): Float32Array => {
  if (scores.length === places) return scores;
  const details = { where: 'the uploaded criterion', expected: `score [${places}]`, got: `[${scores.length}]` };
  throw new TopiaryError('TOPIARY_GATE_OUTPUT', details);
};

const sourceOf = (sandbox: Sandbox, id: string, inputs: readonly ItemInput[]): CriterionSource => ({
  collects: () => wantedFor(inputs),
  at: (state) =>
    uploadedCriterion({ id, inputs, ...state }, async (item) => checked(await sandbox.ask('score', item), item)),
});

export const criterionRun = async (
  context: RunContext,
  module: string = join(import.meta.dirname, 'criterion-child.mjs'),
): Promise<Extract<FromChild, { type: 'result' }>> => {
  const { job, storage, report, signal, compile } = context;
  const { method, file } = Submitted.parse(job.run.recipe);
  for (const sentence of Runner.missing) report.log(sentence, 'warn');
  const sandbox = new Sandbox({
    module,
    required: job.sandbox === 'require',
    limits: LIMITS,
    where: 'the uploaded criterion',
  });
  const onAbort = () => void sandbox.close();
  signal.addEventListener('abort', onAbort);
  try {
    const model = Uint8Array.from(await storage.read(file));
    const inputs = await sandbox.ask<ItemInput[]>('open', { model, compile: { ...compile, provider: 'cpu' } });
    report.log(`criterion ${file.slice(0, 12)}: asks for ${inputs.join(', ')}`);
    // The API filled it in to the last field, with the ordinary parameters of criteria.
    const recipe = job.run.recipe as unknown as FilledRecipe;
    return await runRecipe(context, [recipe], sourceOf(sandbox, method, inputs));
  } finally {
    signal.removeEventListener('abort', onAbort);
    await sandbox.close();
  }
};
