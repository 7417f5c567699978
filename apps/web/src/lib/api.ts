/** The REST API as functions; every failure becomes an `ApiError` that carries a problem. */
import type {
  Board,
  Comparison,
  CreateSubmissionInput,
  DatasetDescription,
  Difference,
  Dispute,
  Findings,
  Leaderboard,
  MethodDescription,
  ModelDescription,
  Problem,
  RecipeDescription,
  RowShown,
  Run,
  Session,
  Status,
  Submission,
  SubmissionItem,
  TrackDescription,
  Upload,
  Verdict,
} from '@topiary/contracts';
import { t } from './i18n.js';

export interface List<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** A problem for failures that the server could not describe: no network, or an answer that is not ours. */
const localProblem = (status: number, detail: string): Problem => ({
  type: 'about:blank',
  title: status === 0 ? t('error.unreachable') : t('error.unexpected', { status }),
  status,
  code: status === 0 ? 'WEB_UNREACHABLE' : 'WEB_UNEXPECTED',
  detail,
});

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;

const readBody = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** JSON from an address of this server. */
export const requestAt = async <T>(url: string, init: RequestInit = {}): Promise<T> => {
  let response: Response;
  try {
    // as it stands: what the page asked for ahead is found again only by the same headers
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(localProblem(0, t('error.unreachableDetail')));
  }
  const body = await readBody(response);
  if (response.ok && typeof body !== 'string') return body as T;
  throw new ApiError(
    isProblem(body) ? body : localProblem(response.status, t('error.unexpectedDetail', { path: url })),
  );
};

export const request = <T>(path: string, init: RequestInit = {}): Promise<T> => requestAt(`/api/v1${path}`, init);

export const json = (method: string, body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

export const at = (id: string): string => encodeURIComponent(id);

/** As the address of a leaderboard takes them. */
export type LeaderboardFilter = Readonly<
  Partial<
    Record<
      'target' | 'sort' | 'method' | 'criterion' | 'regularizer' | 'scope' | 'provenance' | 'division' | 'q' | 'as_of',
      string | undefined
    >
  >
>;

export const leaderboardPath = (board: string, filter: Readonly<Record<string, string | undefined>>): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value) search.set(name, value);
  const query = search.toString();
  return `/boards/${at(board)}/leaderboard${query ? `?${query}` : ''}`;
};

export const api = {
  tracks: () => request<List<TrackDescription>>('/tracks'),
  models: () => request<List<ModelDescription>>('/models'),
  datasets: () => request<List<DatasetDescription>>('/datasets'),
  recipes: () => request<List<RecipeDescription>>('/recipes'),
  methods: () => request<List<MethodDescription>>('/methods'),
  boards: () => request<List<Board>>('/boards'),
  board: (id: string) => request<Board>(`/boards/${at(id)}`),
  leaderboard: (id: string, filter: LeaderboardFilter) =>
    request<Leaderboard>(leaderboardPath(id, { ...filter, limit: '500' })),
  comparison: (board: string, rows: readonly string[]) =>
    request<Comparison>(`/boards/${at(board)}/compare?rows=${rows.map(at).join(',')}`),
  rowShown: (board: string, row: string) => request<RowShown>(`/boards/${at(board)}/rows/${at(row)}/shown`),
  differences: (board?: string) =>
    request<List<Difference>>(`/differences${board === undefined ? '' : `?board=${at(board)}`}`),
  findings: () => request<Findings>('/findings'),
  submissions: (cursor: string | null, limit: number) =>
    request<List<SubmissionItem>>(`/submissions?limit=${limit}${cursor === null ? '' : `&cursor=${at(cursor)}`}`),
  submission: (id: string) => request<Submission>(`/submissions/${at(id)}`),
  run: (id: string) => request<Run>(`/runs/${at(id)}`),
  submit: (body: CreateSubmissionInput, idempotencyKey: string) =>
    request<Submission>('/submissions', json('POST', body, { 'idempotency-key': idempotencyKey })),
  createUpload: (body: { readonly bytes: number; readonly sha256: string; readonly name: string }) =>
    request<Upload>('/uploads', json('POST', body)),
  sendPiece: (id: string, offset: number, piece: Blob, signal: AbortSignal) =>
    request<Upload>(`/uploads/${at(id)}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/octet-stream', 'upload-offset': String(offset) },
      body: piece,
      signal,
    }),
  check: (body: { readonly board: string; readonly kind: 'network' | 'criterion'; readonly file: string }) =>
    request<Verdict>('/checks', json('POST', body)),
  dropFiles: (id: string) => request<Submission>(`/submissions/${at(id)}/files`, { method: 'DELETE' }),
  cancel: (id: string) => request<Submission>(`/submissions/${at(id)}/cancel`, { method: 'POST' }),
  rerun: (id: string) => request<Submission>(`/submissions/${at(id)}/rerun`, { method: 'POST' }),
  withdraw: (id: string, reason: string) =>
    request<Submission>(`/submissions/${at(id)}/withdraw`, json('POST', { reason })),
  disputes: (id: string) => request<List<Dispute>>(`/submissions/${at(id)}/disputes`),
  dispute: (id: string, text: string) => request<Dispute>(`/submissions/${at(id)}/disputes`, json('POST', { text })),
  artefact: (url: string) => request<unknown>(url.replace(/^\/api\/v1/, '')),
  session: () => request<Session>('/session'),
  signOut: () => request<Session>('/session', { method: 'DELETE' }),
  status: () => request<Status>('/status'),
};

/** Of the network that a board starts from, one of several parts. */
export const basePartUrl = (board: string, part: string): string =>
  `/api/v1/boards/${at(board)}/base.onnx?part=${at(part)}`;

export const artefactUrl = (sha256: string): string => `/api/v1/artefacts/${sha256}`;
