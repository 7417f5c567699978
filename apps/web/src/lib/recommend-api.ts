/** What a board recommends. */
import { queryOptions } from '@tanstack/react-query';
import type { Recommendation } from '@topiary/contracts';
import { at, request } from './api.js';

export interface Wished {
  readonly axis: string;
  readonly spend: number | null;
  readonly lose: number | null;
}

export const recommendationQuery = (board: string, { axis, spend, lose }: Wished) => {
  const query = new URLSearchParams({ axis });
  if (spend !== null) query.set('spend', String(spend));
  if (lose !== null) query.set('lose', String(lose));
  return queryOptions({
    queryKey: ['recommendation', board, query.toString()],
    queryFn: () => request<Recommendation>(`/boards/${at(board)}/recommendation?${query}`),
    staleTime: 30_000,
    enabled: spend !== null || lose !== null,
  });
};
