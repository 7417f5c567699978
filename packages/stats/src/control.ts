/** Finds the row that shows what chance would have done, for each row of a board. */
import { type Draft, part } from './draft.js';
import { groupBy } from './group-by.js';
import type { ControlRule } from './run-record.js';

const isControl = ({ newest }: Draft, { recipe }: ControlRule): boolean =>
  Object.entries(recipe).every(([field, value]) => (newest.recipe[field] ?? null) === value);

/** What two rows must share to be compared at all: target, kind of source, test split and protocol (or table). */
const fieldOf = ({ newest }: Draft): string =>
  JSON.stringify([newest.target.label, newest.provenance === 'reported', newest.splitHash, newest.protocol]);

/** What a row and its control share: the field, and what the rule says (which rows of a paper may not tell). */
const controlKey = (draft: Draft, { same }: ControlRule): string =>
  [fieldOf(draft), ...same.map((field) => part(draft.newest, field))].join(' ');

/** Finds the control of a row; null where it has none, or is one. */
export type FindControl = (draft: Draft) => Draft | null;

/** The controls by their keys, so that a board of many rows is gone through once. */
export const controlsOf = (drafts: readonly Draft[], rule: ControlRule | null): FindControl => {
  if (rule === null) return () => null;
  const keyOf = (draft: Draft) => controlKey(draft, rule);
  const controls = new Map(
    groupBy(
      drafts.filter((draft) => isControl(draft, rule)),
      keyOf,
    ).map((same) => [keyOf(same[0]!), same]),
  );
  return (draft) => {
    if (isControl(draft, rule)) return null;
    // Of several the nearest in the field that the rule names, then in provenance.
    const distance = (other: Draft) =>
      2 * Number(other.nearness !== draft.nearness) + Number(other.newest.provenance !== draft.newest.provenance);
    let nearest: Draft | null = null;
    for (const other of controls.get(keyOf(draft)) ?? [])
      if (nearest === null || distance(other) < distance(nearest)) nearest = other;
    return nearest;
  };
};
