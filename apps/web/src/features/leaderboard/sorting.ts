/** By which columns a leaderboard is sorted, as it stands in the address: `-top1,params`. The server sorts. */

export interface SortPart {
  /** The server's name of the column. */
  readonly name: string;
  readonly down: boolean;
}

export const parseSort = (text: string | null): readonly SortPart[] =>
  (text ?? '')
    .split(',')
    .filter(Boolean)
    .map((part) => ({ name: part.replace(/^-/, ''), down: part.startsWith('-') }));

export const sortText = (parts: readonly SortPart[]): string | null =>
  parts.map(({ name, down }) => `${down ? '-' : ''}${name}`).join(',') || null;

/**
 * What a press on a column's header does: first its own direction, then the other, then none. `add` keeps the columns
 * that sort already and puts this one behind them.
 */
export const pressed = (parts: readonly SortPart[], { name, down }: SortPart, add: boolean): readonly SortPart[] => {
  const before = parts.find((part) => part.name === name);
  const next: SortPart[] =
    before === undefined ? [{ name, down }] : before.down === down ? [{ name, down: !down }] : [];
  if (!add) return next;
  if (before === undefined) return [...parts, ...next];
  return parts.flatMap((part) => (part.name === name ? next : [part]));
};
