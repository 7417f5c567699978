/** Held results as functions; apart from the other routes, since few pages ask for them. */
import { queryOptions } from '@tanstack/react-query';
import type { DecideHeld, HeldRun } from '@topiary/contracts';
import { at, json, type List, request } from './api.js';

const LIVE_MS = 15_000;

export const decideHeld = (run: string, body: DecideHeld) =>
  request<HeldRun>(`/runs/${at(run)}/held`, json('POST', body));

export const heldQuery = queryOptions({
  queryKey: ['admin', 'held'],
  queryFn: () => request<List<HeldRun>>('/held'),
  refetchInterval: LIVE_MS,
});

/** Below the submission's own key: what refreshes that refreshes these. */
export const heldOfQuery = (id: string) =>
  queryOptions({
    queryKey: ['submissions', id, 'held'],
    queryFn: () => request<List<HeldRun>>(`/held?submission=${at(id)}`),
  });
