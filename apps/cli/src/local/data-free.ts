/** The criteria that look at weights alone: what this machine can score with without a picture. */
import { type Criterion, checkParameters, METHODS, methodOf, type ParameterValue, type Params } from '@topiary/methods';
import { UsageError } from '../exit.js';
import { didYouMean } from '../nearest.js';

const CRITERIA = METHODS.filter(({ kind }) => kind === 'criterion');

export const dataFree = (): string[] => CRITERIA.filter(({ needs }) => needs.length === 0).map(({ id }) => id);

export interface Chosen {
  readonly criterion: Criterion;
  readonly params: Params;
}

export const dataFreeCriterion = (id: string, given: Readonly<Record<string, unknown>>): Chosen => {
  if (!CRITERIA.some((known) => known.id === id)) {
    const ids = CRITERIA.map((known) => known.id);
    throw new UsageError(`there is no criterion '${id}'${didYouMean(id, ids) || `; there are ${ids.join(', ')}`}`);
  }
  const criterion = methodOf('criterion', id);
  const params = checkParameters(criterion, given as Record<string, ParameterValue>);
  const wanted = criterion.collects(params);
  if (wanted.length > 0) {
    throw new UsageError(
      `${id} scores with pictures (${wanted.map(({ statistic }) => statistic).join(', ')}), which only a server has; without: ${dataFree().join(', ')}`,
    );
  }
  return { criterion, params };
};
