/** Showing a private submission to everybody. */
import type { Submission } from '@topiary/contracts';
import { at, request } from './api.js';

export const publish = (id: string): Promise<Submission> =>
  request<Submission>(`/submissions/${at(id)}/publish`, { method: 'POST' });
