/** What a board says of itself, found in one pass over its rows, of which there may be very many. */
import type { Target } from '@topiary/contracts';
import type { LeaderboardRow, Steps } from '@topiary/stats';

export interface Overview {
  /** How many methods by their names. */
  readonly methods: number;
  /** Those that some row has, by label. */
  readonly targets: ReadonlyMap<string, Target>;
  /** The first of those that rank first, by the label of the target. */
  readonly leaders: ReadonlyMap<string, LeaderboardRow>;
}

/** Of rows in the order of their ranks; a step a row. */
export function* overviewSteps(rows: readonly LeaderboardRow[]): Steps<Overview> {
  const labels = new Set<string>();
  const targets = new Map<string, Target>();
  const leaders = new Map<string, LeaderboardRow>();
  for (const row of rows) {
    const { label, target, rank } = row;
    labels.add(label);
    targets.set(target.label, target);
    if (rank === 1 && !leaders.has(target.label)) leaders.set(target.label, row);
    yield;
  }
  return { methods: labels.size, targets, leaders };
}
