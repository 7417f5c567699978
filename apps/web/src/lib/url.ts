/** One search parameter of the address as React state: a filter that can be sent to somebody as a link. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

export const useSearchParam = (name: string): [string | null, (value: string | null) => void] => {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (value: string | null) =>
      setSearch(
        (previous) => {
          const next = new URLSearchParams(previous);
          if (value === null || value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true, preventScrollReset: true },
      ),
    [name, setSearch],
  );
  return [search.get(name), set];
};
