/** How calls fail: the server refuses with a problem (RFC 9457), or there is no server to answer. */
import type { components } from './generated/api.js';

export type Problem = components['schemas']['Problem'];

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'detail' in value && 'status' in value;

/** The server answered with a problem. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: Problem;
  /** Seconds to wait before another try, where the server says so. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** Nothing answered, or something that is not this API. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly url: string;

  constructor(url: string, cause: unknown) {
    const why = cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : String(cause);
    super(`no Topiary answers at ${url}: ${why}`, { cause });
    this.url = url;
  }
}

/** The problem in an answer that is not fine; a proxy's page of HTML becomes one, too. */
export const problemOf = async (response: Response): Promise<ApiProblem> => {
  const text = await response.text();
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : null;
  try {
    const body: unknown = JSON.parse(text);
    if (isProblem(body)) return new ApiProblem(body, retryAfter);
  } catch {
    // not JSON: said below
  }
  const { status, statusText, url } = response;
  const detail = `${url} answered ${status} ${statusText} without saying why`.trim();
  return new ApiProblem({ type: 'about:blank', title: statusText, status, code: `HTTP_${status}`, detail }, retryAfter);
};
