/** Who may see a submission: everybody, or of a private one who made it and organisers. To others it is not there. */
import { TopiaryError } from '@topiary/errors';
import type { FastifyRequest } from 'fastify';
import type { ApiContext } from '../context.js';

type Asking = Pick<FastifyRequest, 'who'>;

/** Whose private submissions lists show beside the public ones. */
export const privateOf = ({ who }: Asking): { readonly privateOf?: string } => {
  if (!who) return {};
  return { privateOf: who.scopes.includes('organise') ? 'all' : who.id };
};

/** TOPIARY_DB_NOT_FOUND, as for an id that there is none of, where it is none of theirs. */
export const mustSee = async ({ db }: Pick<ApiContext, 'db'>, { who }: Asking, id: string): Promise<void> => {
  const { owner, isPrivate } = await db.submissions.access(id);
  if (!isPrivate || (who && (who.id === owner || who.scopes.includes('organise')))) return;
  throw new TopiaryError('TOPIARY_DB_NOT_FOUND', { where: `submission '${id}'` });
};
