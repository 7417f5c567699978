/** What the pages about the API itself ask for; it does not change while the server runs. */
import { queryOptions } from '@tanstack/react-query';
import type { ErrorDescription } from '@topiary/contracts';
import type { ApiDocument } from '../features/reference/document.js';
import { type List, request, requestAt } from './api.js';

const lasting = { staleTime: Number.POSITIVE_INFINITY };

export const documentQuery = queryOptions({
  queryKey: ['openapi'],
  queryFn: () => requestAt<ApiDocument>('/openapi.json'),
  ...lasting,
});

export const errorsQuery = queryOptions({
  queryKey: ['errors'],
  queryFn: () => request<List<ErrorDescription>>('/errors'),
  ...lasting,
});
