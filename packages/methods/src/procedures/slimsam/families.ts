/**
 * The two families of widths that SlimSAM cuts one after another: the stream of tokens, tied over the whole network by its sums,
 * and inside of each block what reads it and writes to it again: channels of attention, hidden units.
 */
import type { Dependencies, Group, Member } from '@topiary/pruning';

export interface Families {
  readonly stream: Group;
  /** Of attention, each channel in all heads. */
  readonly attention: readonly Group[];
  readonly hidden: readonly Group[];
}

const weightsOf = ({ members }: Group, role: Member['role']): ReadonlySet<string> =>
  new Set(members.filter((member) => member.role === role).map(({ initializer }) => initializer));

const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((name) => b.has(name));

/** A channel stands at one place in each of several heads. */
const isHeaded = ({ members }: Group): boolean =>
  members.some(({ role, offsets }) => role === 'out' && offsets[1]! - offsets[0]! > 1);

/** Null where a network has no such families. */
export const familiesOf = ({ groups }: Dependencies): Families | null => {
  const stream = [...groups].sort((a, b) => b.members.length - a.members.length)[0];
  if (!stream) return null;
  const [writes, reads] = [weightsOf(stream, 'out'), weightsOf(stream, 'in')];
  const inner = groups.filter(
    (group) => group !== stream && overlap(weightsOf(group, 'out'), reads) && overlap(weightsOf(group, 'in'), writes),
  );
  const [attention, hidden] = [inner.filter(isHeaded), inner.filter((group) => !isHeaded(group))];
  return attention.length > 0 && hidden.length > 0 ? { stream, attention, hidden } : null;
};
