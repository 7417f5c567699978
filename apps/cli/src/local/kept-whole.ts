/** Groups that a caller wants whole: every pattern names a layer, or with `*` several. */

import { didYouMean } from '@topiary/errors';
import { type Group, isNamed } from '@topiary/pruning';
import { UsageError } from '../exit.js';

const layerOf = (initializer: string): string => initializer.replace(/\.[^.]*$/, '');

const namesOf = ({ id, members }: Group): string[] => [
  id,
  ...members.filter(({ role }) => role === 'out').map(({ initializer }) => layerOf(initializer)),
];

export const keptWhole = (groups: readonly Group[], patterns: readonly string[]): ReadonlySet<string> => {
  const names = new Map(groups.map((group) => [group.id, namesOf(group)]));
  const kept = new Set<string>();
  for (const pattern of patterns) {
    const found = groups.filter(({ id }) => names.get(id)!.some((name) => isNamed(pattern, name)));
    if (found.length === 0) {
      const meant = didYouMean(pattern, [...names.values()].flat());
      throw new UsageError(`--keep ${pattern}: no layer whose channels may leave is called so${meant}`);
    }
    for (const { id } of found) kept.add(id);
  }
  return kept;
};
