/** Which columns the table shows: a few that fit, until a reader chooses; the address keeps the choice. */
import { useCallback, useMemo } from 'react';
import { useSearchParam } from '../../lib/url.js';
import type { Column } from './column.js';

/** Names in the address, or those that are shown to everybody. */
export const shownColumns = (all: readonly Column[], text: string | null): readonly Column[] => {
  const named = (text ?? '').split(',').filter(Boolean);
  const asked = all.filter(({ id, sticky }) => sticky || named.includes(id));
  return named.length > 0 && asked.length > 1 ? asked : all.filter(({ compact }) => compact);
};

/** Those that are shown, and what a press on one of the boxes does. */
export const useColumns = (
  all: readonly Column[],
): {
  readonly shown: readonly Column[];
  readonly choose: (id: string, on: boolean) => void;
  readonly reset: () => void;
} => {
  const [text, setText] = useSearchParam('columns');
  const shown = useMemo(() => shownColumns(all, text), [all, text]);
  const choose = useCallback(
    (id: string, on: boolean) =>
      setText(
        all
          .filter((column) => (column.id === id ? on : shown.includes(column)))
          .map((column) => column.id)
          .join(','),
      ),
    [all, shown, setText],
  );
  return { shown, choose, reset: useCallback(() => setText(null), [setText]) };
};
