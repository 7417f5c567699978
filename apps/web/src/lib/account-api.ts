/** The routes of accounts, keys and people as functions. */

import { queryOptions } from '@tanstack/react-query';
import type {
  ApiKey,
  ChangeAccount,
  CreatedKey,
  CreatedWebhook,
  CreateKey,
  Delivery,
  NoticeSettings,
  OwnAccount,
  Person,
  QuotaState,
  Session,
  SignInWays,
  SignUp,
  SubmissionItem,
  Webhook,
} from '@topiary/contracts';
import { at, json, type List, request } from './api.js';

interface Done {
  readonly done: true;
}

export const accountApi = {
  ways: () => request<SignInWays>('/session/ways'),
  signIn: (body: { email: string; password: string } | { key: string }) =>
    request<Session>('/session', json('POST', body)),
  signUp: (body: SignUp) => request<Session>('/accounts', json('POST', body)),
  provider: (provider: string) => request<{ url: string }>('/session/provider', json('POST', { provider })),
  mailReset: (email: string) => request<Done>('/password-resets', json('POST', { email })),
  reset: (token: string, password: string) => request<Done>('/password-resets', json('PUT', { token, password })),
  account: () => request<OwnAccount>('/account'),
  change: (body: ChangeAccount) => request<OwnAccount>('/account', json('PATCH', body)),
  setPassword: (body: { current?: string; password: string }) => request<Done>('/account/password', json('PUT', body)),
  leave: () => request<Done>('/account', { method: 'DELETE' }),
  quota: () => request<QuotaState>('/quota'),
  keys: () => request<List<ApiKey>>('/account/keys'),
  createKey: (body: CreateKey) => request<CreatedKey>('/account/keys', json('POST', body)),
  revokeKey: (id: string) => request<List<ApiKey>>(`/account/keys/${at(id)}`, { method: 'DELETE' }),
  person: (id: string) => request<Person>(`/people/${at(id)}`),
  submissionsOf: (id: string) => request<List<SubmissionItem>>(`/submissions?submitter=${at(id)}&limit=100`),
};

export const noticesApi = {
  webhooks: () => request<List<Webhook>>('/account/webhooks'),
  addWebhook: (url: string) => request<CreatedWebhook>('/account/webhooks', json('POST', { url })),
  removeWebhook: (id: string) => request<null>(`/account/webhooks/${at(id)}`, { method: 'DELETE' }),
  deliveries: (id: string) => request<List<Delivery>>(`/account/webhooks/${at(id)}/deliveries`),
  tryWebhook: (id: string) => request<List<Delivery>>(`/account/webhooks/${at(id)}/trial`, { method: 'POST' }),
  settings: () => request<NoticeSettings>('/account/notices'),
  change: (body: { readonly mailAtEnd: boolean; readonly proof?: string }) =>
    request<NoticeSettings>('/account/notices', json('PUT', body)),
};

export const waysQuery = queryOptions({ queryKey: ['ways'], queryFn: accountApi.ways, staleTime: 60_000 });
export const accountQuery = queryOptions({ queryKey: ['account'], queryFn: accountApi.account });
export const quotaQuery = queryOptions({ queryKey: ['account', 'quota'], queryFn: accountApi.quota });
export const webhooksQuery = queryOptions({ queryKey: ['account', 'webhooks'], queryFn: noticesApi.webhooks });
export const deliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['account', 'webhooks', id],
    queryFn: () => noticesApi.deliveries(id),
    refetchInterval: 5000,
  });
export const noticesQuery = queryOptions({ queryKey: ['account', 'notices'], queryFn: noticesApi.settings });
export const keysQuery = queryOptions({ queryKey: ['account', 'keys'], queryFn: accountApi.keys });
export const personQuery = (id: string) =>
  queryOptions({ queryKey: ['people', id], queryFn: () => accountApi.person(id) });
export const submissionsOfQuery = (id: string) =>
  queryOptions({ queryKey: ['submissions', 'of', id], queryFn: () => accountApi.submissionsOf(id) });
