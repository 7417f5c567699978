/**
 * Depth pruning: takes out the residual blocks that are worth least, and trains what is left. A block is worth what the
 * network loses on held-out examples without it; an example of a procedure on `blocksOf`, not in the public catalogue.
 *
 *   drop the blocks with the smallest  v_b = m(f) - m(f without b),  as many as the target needs
 */
import type { Target } from '@topiary/contracts';
import { merge, type Pipeline, pipelineCosts, split } from '@topiary/pipeline';
import { type Block, blocksOf, dropBlocks, SLACK } from '@topiary/pruning';
import type { Procedure, ProcedureContext, ProcedureRequest } from './_procedure.js';
import { refusesTarget } from './_target.js';
import { trainPipeline } from './_training.js';

const without = (pipeline: Pipeline, blocks: readonly Block[]): Pipeline =>
  split(dropBlocks(merge(pipeline), blocks), pipeline);

/** Blocks, those first that the network misses least. */
const byWorth = async (context: ProcedureContext, examples: number, progress: (share: number) => void) => {
  const { pipeline, task, evaluate, log } = context;
  const { id, direction, digits } = task.metrics[0]!;
  const blocks = blocksOf(merge(pipeline));
  const found: { readonly block: Block; readonly value: number }[] = [];
  for (const block of blocks) {
    const { values } = await evaluate(without(pipeline, [block]), { examples });
    found.push({ block, value: values[id]! });
    log(`without ${block.name}: ${id} ${values[id]!.toFixed(digits)}`);
    progress(found.length / blocks.length);
  }
  const sign = direction === 'higher' ? -1 : 1;
  return found.sort((a, b) => sign * (a.value - b.value)).map(({ block }) => block);
};

const speedup = ({ pipeline }: ProcedureContext, { counter }: ProcedureRequest, smaller: Pipeline): number =>
  pipelineCosts(pipeline, counter).macs / pipelineCosts(smaller, counter).macs;

/** As few as reach the target, in this order. */
const dropped = (context: ProcedureContext, request: ProcedureRequest, order: readonly Block[], target: Target) => {
  const reaches = (n: number) =>
    speedup(context, request, without(context.pipeline, order.slice(0, n))) >= target.value;
  const n = order.findIndex((_, i) => reaches(i + 1)) + 1 || order.length;
  const gone = order.slice(0, n);
  context.log(`dropped ${gone.map(({ name }) => name).join(', ')}`);
  return without(context.pipeline, gone);
};

export const DropBlocks: Procedure = {
  kind: 'procedure',
  id: 'drop-blocks',
  title: 'Example: drop whole blocks',
  summary:
    'Takes out the residual blocks that held-out examples miss least, until the target is reached, and fine-tunes.',
  formula: String.raw`v_b = m(f) - m(f \setminus b)`,
  paper: null,
  needs: [],
  cannot: 'Networks without residual blocks',
  requires: [],
  deterministic: true,
  parameters: [
    {
      id: 'examples',
      title: 'Examples',
      meaning: 'Held-out examples that say what a block is worth.',
      type: 'integer',
      default: 256,
      min: 1,
    },
  ],
  axes: ['macs', 'params', 'latency'],
  reaches: ['macs'],
  stages: [
    { id: 'prune', title: 'Weigh and drop' },
    { id: 'finetune', title: 'Fine-tune' },
  ],
  refuses: (pipeline, { target }) => {
    const reason = refusesTarget(target, 'it drops blocks until one is reached');
    if (reason !== null) return reason;
    return blocksOf(merge(pipeline)).length === 0 ? 'no residual blocks: nothing can be dropped' : null;
  },
  run: async (context, request) => {
    const { target, recipe, params } = request;
    const smaller = await context.stage('prune', async (progress) => {
      const order = await byWorth(context, Number(params['examples']), progress);
      return dropped(context, request, order, target!);
    });
    await context.milestone('pruned', smaller);
    const ratio = speedup(context, request, smaller) / target!.value;
    const pipeline = await context.stage('finetune', (progress) =>
      trainPipeline(context, smaller, recipe.finetune, {
        stage: 'finetune',
        progress,
        teachers: { base: context.base },
      }),
    );
    return { pipeline, facts: [], flags: ratio < 1 ? ['undershoot'] : ratio > SLACK ? ['overshoot'] : [] };
  },
};
