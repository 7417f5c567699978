/** Finds the row that shows what chance would have done, for each row of a board. */
import type { Draft } from './draft.js';
import { filterSteps, groupSteps, type Steps } from './in-steps.js';
import type { ControlRule, RunRecord } from './run-record.js';

/** Finds the control of a row; null where it has none, or is one. */
export type FindControl = (draft: Draft) => Draft | null;

const part = ({ recipe }: RunRecord, name: string): string => JSON.stringify(recipe[name] ?? null);

/** What two rows must share to be compared at all: target, kind of source, test split and protocol (or table). */
const fieldOf = (run: RunRecord): string =>
  JSON.stringify([run.target.label, run.provenance === 'reported', run.splitHash, run.protocol]);

/** What a row and its control share: the field, and what the rule says (which rows of a paper may not tell). */
const sharedBy = (run: RunRecord, { same }: ControlRule): string =>
  [fieldOf(run), ...same.map((name) => part(run, name))].join(' ');

/** The controls by what they share with their rows, so that a board of many rows is gone through once. `rule` null: none. */
export function* controlSteps(drafts: readonly Draft[], rule: ControlRule | null): Steps<FindControl> {
  if (rule === null) return () => null;
  const fields = Object.entries(rule.recipe);
  const isControl = ({ newest }: Draft): boolean =>
    fields.every(([field, value]) => (newest.recipe[field] ?? null) === value);
  const keyOf = ({ newest }: Draft): string => sharedBy(newest, rule);
  const same = yield* groupSteps(yield* filterSteps(drafts, isControl), keyOf);
  const controls = new Map(same.map((group) => [keyOf(group[0]!), group]));
  return (draft) => {
    if (isControl(draft)) return null;
    // Of several the nearest in the field that the rule names, then in provenance.
    const nearness = part(draft.newest, rule.nearest);
    const distance = ({ newest }: Draft) =>
      2 * Number(part(newest, rule.nearest) !== nearness) + Number(newest.provenance !== draft.newest.provenance);
    let nearest: Draft | null = null;
    for (const other of controls.get(keyOf(draft)) ?? [])
      if (nearest === null || distance(other) < distance(nearest)) nearest = other;
    return nearest;
  };
}
