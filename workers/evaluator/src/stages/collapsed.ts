/** Does what is left of a network still look at its input? A cut can take the last channel that saw anything. */
import { fillPorts, type Pipeline } from '@topiary/pipeline';
import { hasCollapsed } from '@topiary/stats';
import type { Compute } from '@topiary/tasks';

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
