/** Finds the procedure of a recipe, and refuses early what it cannot serve. */
import type { Loss } from '@topiary/autodiff';
import type { FilledRecipe } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { merge, type Pipeline } from '@topiary/pipeline';
import type { Trajectory } from '@topiary/tasks';
import { assertServes, findIn, methodOf, statisticOf } from '../registry.js';
import { assertLoss } from '../statistics/_graph.js';
import type { Procedure, ProcedureRequest } from './_procedure.js';
import * as procedures from './index.js';

const PROCEDURES = new Map<string, Procedure>(Object.values(procedures).map((procedure) => [procedure.id, procedure]));

/** A recipe without a procedure prunes and fine-tunes. */
export const procedureOf = ({ procedure }: Pick<FilledRecipe, 'procedure'>): Procedure =>
  findIn('procedure', PROCEDURES, procedure ?? procedures.PruneFinetune.id);

/** Adds a procedure of an installation's own. */
export const addProcedure = (procedure: Procedure): void => {
  PROCEDURES.set(procedure.id, procedure);
};

/** Throws before anything is computed when a recipe's methods cannot serve a pipeline. */
export const assertRecipe = (
  pipeline: Pipeline,
  request: ProcedureRequest,
  trajectory: Trajectory | null = null,
): void => {
  const { criterion, regularizer } = request.recipe;
  const graph = merge(pipeline);
  const procedure = procedureOf(request.recipe);
  assertServes(procedure, graph);
  if (criterion !== null) assertServes(methodOf('criterion', criterion), graph);
  if (regularizer !== null) assertServes(methodOf('regularizer', regularizer), graph);
  const reason = procedure.refuses(pipeline, request, trajectory);
  if (reason === null) return;
  throw new TopiaryError('TOPIARY_METHODS_CANNOT_SERVE', {
    where: `procedure ${procedure.id} on network '${graph.name}'`,
    expected: 'a network and a recipe that the procedure can serve',
    got: reason,
  });
};

/** Throws before anything is computed when a recipe's criterion asks for what the task's loss does not have. */
export const assertCollects = ({ criterion, params }: Pick<FilledRecipe, 'criterion' | 'params'>, loss: Loss): void => {
  if (criterion === null) return;
  const wanted = methodOf('criterion', criterion).collects(params.criterion);
  assertLoss(
    wanted.map(({ statistic }) => statisticOf(statistic)),
    loss,
    `criterion ${criterion}`,
  );
};
