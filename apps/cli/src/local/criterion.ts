/** The criterion that a caller names: some look at weights alone, the others ask for pictures. */

import { didYouMean } from '@topiary/errors';
import { type Criterion, checkParameters, METHODS, methodOf, type ParameterValue, type Params } from '@topiary/methods';
import { UsageError } from '../exit.js';

const CRITERIA = METHODS.filter(({ kind }) => kind === 'criterion');

export const dataFree = (): string[] => CRITERIA.filter(({ needs }) => needs.length === 0).map(({ id }) => id);

export const criteria = (): string[] => CRITERIA.map(({ id }) => id);

export interface Chosen {
  readonly criterion: Criterion;
  readonly params: Params;
}

/** `pictures`: whether there are any. */
export const chosenCriterion = (id: string, given: Readonly<Record<string, unknown>>, pictures: boolean): Chosen => {
  if (!CRITERIA.some((known) => known.id === id)) {
    const ids = CRITERIA.map((known) => known.id);
    throw new UsageError(`there is no criterion '${id}'${didYouMean(id, ids) || `; there are ${ids.join(', ')}`}`);
  }
  const criterion = methodOf('criterion', id);
  const params = checkParameters(criterion, given as Record<string, ParameterValue>);
  const wanted = criterion.collects(params);
  if (wanted.length > 0 && !pictures) {
    throw new UsageError(
      `${id} scores with pictures (${wanted.map(({ statistic }) => statistic).join(', ')}): name their folder with --data; without: ${dataFree().join(', ')}`,
    );
  }
  return { criterion, params };
};
