/** A refusal that names an unknown id gains the id that was meant: the server knows all of them. */
import { type Api, ApiProblem, answer } from '@topiary/client';
import { nearest } from '@topiary/errors';

const idsOf = async (lists: Promise<{ readonly data?: { readonly items: readonly { readonly id: string }[] } }>) =>
  answer(await lists).items.map(({ id }) => id);

/** Where the ids stand that an error code is about. */
const IDS: Readonly<Record<string, { readonly command: string; readonly list: (api: Api) => Promise<string[]> }>> = {
  TOPIARY_TRACKS_UNKNOWN_BOARD: { command: 'boards', list: (api) => idsOf(api.GET('/api/v1/boards')) },
  TOPIARY_METHODS_UNKNOWN: { command: 'methods', list: (api) => idsOf(api.GET('/api/v1/methods')) },
};

export const advise = async (error: unknown, args: readonly string[], { api }: { readonly api: Api }) => {
  const known = error instanceof ApiProblem ? IDS[error.problem.code] : undefined;
  if (!(error instanceof ApiProblem) || !known) return error;
  const ids = await known.list(api).catch((): string[] => []);
  const wrong = args.filter((word) => !word.startsWith('-') && !ids.includes(word));
  const meant = wrong.map((word) => [word, nearest(word, ids)] as const).find(([, id]) => id !== null);
  const { title, ...problem } = error.problem;
  const detail = meant
    ? `${title}: '${meant[0]}'; did you mean '${meant[1]}'?`
    : `${title}; \`topiary ${known.command}\` lists them`;
  return new ApiProblem({ ...problem, title, detail }, error.retryAfter);
};
