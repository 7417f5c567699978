/** Finds the row that shows what chance would have done, for each row of a board. */
import type { Draft } from './draft.js';
import { groupBy } from './group-by.js';

/** Finds the control of a row; null where it has none, or is one. */
export type FindControl = (draft: Draft) => Draft | null;

/** The controls by their keys, so that a board of many rows is gone through once. */
export const controlsOf = (drafts: readonly Draft[]): FindControl => {
  const controls = new Map(
    groupBy(
      drafts.filter(({ isControl }) => isControl),
      ({ controlKey }) => controlKey,
    ).map((same) => [same[0]!.controlKey, same]),
  );
  return (draft) => {
    if (draft.isControl) return null;
    // Of several the nearest in the field that the rule names, then in provenance.
    const distance = (other: Draft) =>
      2 * Number(other.nearness !== draft.nearness) + Number(other.newest.provenance !== draft.newest.provenance);
    let nearest: Draft | null = null;
    for (const other of controls.get(draft.controlKey) ?? [])
      if (nearest === null || distance(other) < distance(nearest)) nearest = other;
    return nearest;
  };
};
