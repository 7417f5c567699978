/**
 * The control of a plan: every layer keeps as many channels as in the plan, but which ones, chance says. What a pruned
 * network owes to its widths alone, this network has, too.
 */
import type { Dependencies } from './group.js';
import type { Plan } from './plan.js';

/** The first `count` of a shuffle of `items` (Fisher and Yates); `random` is uniform on [0, 1). */
const draw = (items: readonly number[], count: number, random: () => number): number[] => {
  const pool = [...items];
  for (let i = 0; i < count; i += 1) {
    const j = i + Math.floor(random() * (pool.length - i));
    [pool[i], pool[j]] = [pool[j]!, pool[i]!];
  }
  return pool.slice(0, count);
};

/** Channels that may stand for each other: same layers (stratum), same place in the network's widths (atom). */
const classesOf = ({ strata, atoms }: Dependencies['groups'][number]): number[][] =>
  strata.flatMap(({ channels }) =>
    atoms.map(({ atom, start }) => Array.from(channels).filter((k) => k >= start && k < start + atom.size)),
  );

/** The same counts, other channels. */
export const shuffled = ({ groups }: Dependencies, plan: Plan, random: () => number): Plan => {
  const kept = new Map(
    groups.map((group) => {
      const stays = new Set(plan.kept.get(group.id));
      const drawn = classesOf(group).flatMap((channels) =>
        draw(channels, channels.filter((k) => stays.has(k)).length, random),
      );
      return [group.id, Int32Array.from(drawn).sort()];
    }),
  );
  return { ...plan, kept };
};
