/** Scores of a network's channels by the criterion that a request names; disturbed Taylor compares the network with itself. */
import { split } from '@topiary/pipeline';
import type { Dependencies, Scores } from '@topiary/pruning';
import { textOf } from '../../_method.js';
import { checkParameters } from '../../parameters.js';
import { methodOf } from '../../registry.js';
import { scoreGroups } from '../../score.js';
import type { ProcedureContext, ProcedureRequest } from '../_procedure.js';
import { collectStatistics } from '../_statistics.js';

export interface Look {
  /** How often the network was looked at before. */
  readonly round: number;
  /** How groups are made comparable. */
  readonly normalise: 'mean' | 'gaussian';
}

/** Of a network as it stands. */
export const scoresOf = async (
  context: ProcedureContext,
  { recipe, params }: ProcedureRequest,
  { graph, groups }: Dependencies,
  { round, normalise }: Look,
): Promise<Scores> => {
  const criterion = methodOf('criterion', textOf(params, 'which'));
  const asked = Object.entries({ normalise, accumulate: textOf(params, 'accumulate') });
  const known = asked.filter(([id]) => criterion.parameters.some((parameter) => parameter.id === id));
  const checked = checkParameters(criterion, Object.fromEntries(known));
  const statistics = await collectStatistics(context, {
    wanted: criterion.collects(checked),
    pipeline: split(graph, context.pipeline),
    graph,
    batches: recipe.prune.batches,
    round,
  });
  const random = context.random(`slimsam/score/${context.seed}/${round}`);
  return scoreGroups(criterion, graph, groups, { params: checked, rng: () => random.unit(), statistics });
};
