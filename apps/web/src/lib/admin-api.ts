/** The routes for organisers and admins as functions. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  Account,
  AllBoardSettings,
  AnswerDispute,
  AppliedBoardSettings,
  ApplyBoardSettings,
  AuditCheck,
  AuditEvent,
  Board,
  BoardSettings,
  ChangeRole,
  CreateInvite,
  Dispute,
  FailedRun,
  Invite,
  MadeInvite,
  OneTimeLink,
  QueueState,
} from '@topiary/contracts';
import { at, json, type List, request } from './api.js';

const LIVE_MS = 5000;
const older = (cursor: string | null): string => (cursor === null ? '' : `&cursor=${at(cursor)}`);

export const adminApi = {
  queue: () => request<QueueState>('/admin/queue'),
  failures: (cursor: string | null) => request<List<FailedRun>>(`/admin/failures?limit=50${older(cursor)}`),
  disputes: () => request<List<Dispute>>('/admin/disputes'),
  answer: (id: string, body: AnswerDispute) => request<Dispute>(`/disputes/${at(id)}/answer`, json('POST', body)),
  accounts: (search: string, cursor: string | null) =>
    request<List<Account>>(`/admin/accounts?limit=50&search=${at(search)}${older(cursor)}`),
  change: (id: string, body: ChangeRole) => request<Account>(`/admin/accounts/${at(id)}`, json('PATCH', body)),
  resetLink: (email: string) => request<OneTimeLink>('/admin/reset-links', json('POST', { email })),
  invites: () => request<List<Invite>>('/admin/invites'),
  invite: (body: CreateInvite) => request<MadeInvite>('/admin/invites', json('POST', body)),
  revokeInvite: (id: string) => request<List<Invite>>(`/admin/invites/${at(id)}`, { method: 'DELETE' }),
  audit: (cursor: string | null) => request<List<AuditEvent>>(`/admin/audit?limit=50${older(cursor)}`),
  boardSettings: () => request<AllBoardSettings>('/admin/board-settings'),
  setBoard: (board: string, body: BoardSettings) =>
    request<Board>(`/admin/board-settings/${at(board)}`, json('PUT', body)),
  applyBoards: (body: ApplyBoardSettings) => request<AppliedBoardSettings>('/admin/board-settings', json('POST', body)),
  checkAudit: () => request<AuditCheck>('/admin/audit/check'),
};

const paged = { initialPageParam: null as string | null, getNextPageParam: (page: List<unknown>) => page.nextCursor };

export const queueQuery = queryOptions({
  queryKey: ['admin', 'queue'],
  queryFn: adminApi.queue,
  refetchInterval: LIVE_MS,
});
export const disputesQuery = queryOptions({ queryKey: ['admin', 'disputes'], queryFn: adminApi.disputes });
export const boardSettingsQuery = queryOptions({ queryKey: ['admin', 'boards'], queryFn: adminApi.boardSettings });
export const invitesQuery = queryOptions({ queryKey: ['admin', 'invites'], queryFn: adminApi.invites });
export const failuresQuery = infiniteQueryOptions({
  ...paged,
  queryKey: ['admin', 'failures'],
  queryFn: ({ pageParam }) => adminApi.failures(pageParam),
  refetchInterval: 3 * LIVE_MS,
});
export const accountsQuery = (search: string) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: ['admin', 'accounts', search],
    queryFn: ({ pageParam }) => adminApi.accounts(search, pageParam),
  });
export const auditQuery = infiniteQueryOptions({
  ...paged,
  queryKey: ['admin', 'audit'],
  queryFn: ({ pageParam }) => adminApi.audit(pageParam),
});
