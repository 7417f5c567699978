/** What each screen asks the server for, with how long an answer stays fresh and how often it is asked again. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Submission } from '@topiary/contracts';
import { api, type LeaderboardFilter } from './api.js';

const LIVE_MS = 5000;
const CATALOGUE_MS = 5 * 60_000;

export const isOver = ({ state }: Pick<Submission, 'state'>): boolean => state !== 'queued' && state !== 'running';

export const tracksQuery = queryOptions({ queryKey: ['tracks'], queryFn: api.tracks, staleTime: CATALOGUE_MS });
export const methodsQuery = queryOptions({ queryKey: ['methods'], queryFn: api.methods, staleTime: CATALOGUE_MS });
export const recipesQuery = queryOptions({ queryKey: ['recipes'], queryFn: api.recipes, staleTime: CATALOGUE_MS });
export const modelsQuery = queryOptions({ queryKey: ['models'], queryFn: api.models, staleTime: CATALOGUE_MS });
export const datasetsQuery = queryOptions({ queryKey: ['datasets'], queryFn: api.datasets, staleTime: CATALOGUE_MS });
export const differencesQuery = (board?: string) =>
  queryOptions({
    queryKey: ['differences', board ?? null],
    queryFn: () => api.differences(board),
    staleTime: CATALOGUE_MS,
  });
export const boardsQuery = queryOptions({ queryKey: ['boards'], queryFn: api.boards, staleTime: LIVE_MS });
export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: api.session, staleTime: 60_000 });
export const statusQuery = queryOptions({ queryKey: ['status'], queryFn: api.status, refetchInterval: LIVE_MS });

export const boardQuery = (id: string) =>
  queryOptions({ queryKey: ['boards', id], queryFn: () => api.board(id), staleTime: LIVE_MS });

export const leaderboardQuery = (id: string, filter: LeaderboardFilter = {}) =>
  queryOptions({
    queryKey: ['leaderboard', id, filter],
    queryFn: () => api.leaderboard(id, filter),
    staleTime: LIVE_MS,
    refetchInterval: 3 * LIVE_MS,
  });

export const comparisonQuery = (board: string, rows: readonly string[]) =>
  queryOptions({
    queryKey: ['comparison', board, rows],
    queryFn: () => api.comparison(board, rows),
    staleTime: LIVE_MS,
  });

/** What a row has to show changes with its first run only. */
export const rowShownQuery = (board: string, row: string) =>
  queryOptions({
    queryKey: ['row-shown', board, row],
    queryFn: () => api.rowShown(board, row),
    staleTime: LIVE_MS,
  });

/** A file never changes under its hash. */
export const artefactQuery = (url: string) =>
  queryOptions({ queryKey: ['artefact', url], queryFn: () => api.artefact(url), staleTime: Number.POSITIVE_INFINITY });

export const findingsQuery = queryOptions({ queryKey: ['findings'], queryFn: api.findings, staleTime: 60_000 });

export const recentQuery = queryOptions({
  queryKey: ['submissions', 'recent'],
  queryFn: () => api.submissions(null, 20),
  refetchInterval: LIVE_MS,
});

export const submissionsQuery = infiniteQueryOptions({
  queryKey: ['submissions', 'all'],
  queryFn: ({ pageParam }) => api.submissions(pageParam, 50),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
  refetchInterval: LIVE_MS,
});

export const submissionQuery = (id: string) =>
  queryOptions({
    queryKey: ['submissions', id],
    queryFn: () => api.submission(id),
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? LIVE_MS : false),
  });

/** Below the submission's own key: what refreshes that refreshes these. */
export const disputesOfQuery = (id: string) =>
  queryOptions({ queryKey: ['submissions', id, 'disputes'], queryFn: () => api.disputes(id) });
