/** Rows of all boards by words. */
import { queryOptions } from '@tanstack/react-query';
import type { RowHit } from '@topiary/contracts';
import { at, type List, request } from './api.js';

export const rowsQuery = (query: string) =>
  queryOptions({
    queryKey: ['rows', query],
    queryFn: ({ signal }) => request<List<RowHit>>(`/rows?q=${at(query)}`, { signal }),
    staleTime: 60_000,
    enabled: query !== '',
  });
