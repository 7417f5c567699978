/** The overall ranking of methods. */
import { queryOptions } from '@tanstack/react-query';
import type { Overall } from '@topiary/contracts';
import { request } from './api.js';

export type OverallFilter = Readonly<Partial<Record<'by' | 'track' | 'target' | 'from' | 'apart' | 'format', string>>>;

export const overallPath = (filter: OverallFilter): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value) search.set(name, value);
  const query = search.toString();
  return `/overall${query ? `?${query}` : ''}`;
};

export const overallQuery = (filter: OverallFilter) =>
  queryOptions({
    queryKey: ['overall', filter],
    queryFn: () => request<Overall>(overallPath(filter)),
    staleTime: 30_000,
  });
