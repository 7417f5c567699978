/** Says in words which channels leave together, and which layers keep all of theirs and why. */
import type { Dependencies, Group, Member } from './group.js';
import { layerName } from './names.js';

/** Members named per stratum before "and n more". */
const NAMED = 6;

export const explain = ({ groups, fixed, makers, graph }: Dependencies): string => {
  const channels = groups.reduce((n, group) => n + group.channels, 0);
  const makerOf = new Map(makers.map((maker) => [maker.initializer, maker]));
  const lines = [`${graph.name || 'graph'}: ${groups.length} groups, ${channels} channels that may leave`];
  for (const group of groups) lines.push('', ...explainGroup(group));
  if (fixed.length > 0) lines.push('', 'Layers with channels that stay:');
  for (const { initializer, channels: n, of, reason } of fixed) {
    lines.push(`  ${layerName(makerOf.get(initializer)!)}: ${n === of ? 'all' : n} of ${of}: ${reason}`);
  }
  return lines.join('\n');
};

const explainGroup = (group: Group): string[] => {
  const kind = group.kind === 'head' ? 'heads' : 'channels';
  const strata = group.strata.length > 1 ? ` in ${group.strata.length} strata` : '';
  return [
    `${group.id}: ${group.channels} ${kind}${strata}`,
    ...group.strata.map(
      (stratum) => `  ${printRanges(stratum.channels)}: ${printMembers(stratum.members.map((m) => group.members[m]!))}`,
    ),
  ];
};

const printMembers = (members: readonly Member[]): string => {
  const named = members.slice(0, NAMED).map(({ role, initializer, axis }) => `${role} ${initializer}[${axis}]`);
  const more = members.length - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
};

/** `0-15, 40-47` */
const printRanges = (indices: ArrayLike<number>): string => {
  const ranges: [number, number][] = [];
  for (const k of Array.from(indices)) {
    const last = ranges.at(-1);
    if (last && last[1] === k - 1) last[1] = k;
    else ranges.push([k, k]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
};
