/** Does what is left of a network still look at its input? A cut can take the last channel that saw anything. */
import { fillPorts, type Pipeline } from '@topiary/pipeline';
import { hasCollapsed } from '@topiary/stats';
import type { BoundTask, Compute, Evaluation } from '@topiary/tasks';
import { ownCompute } from '../compute.js';
import type { RunContext } from '../run-context.js';

/** Inputs that are shown; they differ in every number. */
const SHOWN = 4;

/** The parts whose outputs are the same, whatever stands at their ports. */
export const collapsedParts = async (pipeline: Pipeline, compute: Compute): Promise<string[]> => {
  const running = await compute.open(pipeline);
  const found: string[] = [];
  try {
    for (const [part, { ports }] of pipeline.parts) {
      const outputs = Object.values(await running.run(part, fillPorts(ports, SHOWN)));
      const rows = outputs.filter(({ dims }) => dims[0] === SHOWN);
      const same = rows.map(({ data }) => hasCollapsed(Array.from(data as Iterable<number | bigint>, Number), SHOWN));
      if (rows.length > 0 && same.every(Boolean)) found.push(part);
    }
  } finally {
    await running.release();
  }
  return found;
};

/**
 * Says so where a network answers the same whatever it is shown: its accuracy is then chance, and no merit of a method. What it
 * is shown is noise, to which a narrow network may be blind that tells real examples apart; so the test split is asked first.
 */
export const collapseFlags = async (
  context: RunContext,
  pipeline: Pipeline,
  { task, final }: { readonly task: Pick<BoundTask, 'guesses'>; readonly final: Evaluation },
): Promise<readonly string[]> => {
  if (task.guesses(final) === null) return [];
  const parts = await collapsedParts(pipeline, ownCompute(context));
  if (parts.length === 0) return [];
  context.report.log(`${parts.join(', ')}: the answer is the same whatever the input`, 'warn');
  return ['collapsed'];
};
