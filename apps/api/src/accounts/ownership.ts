/** Who may change a submission: who made it, and those who look after the server. */
import { TopiaryError } from '@topiary/errors';
import type { FastifyRequest } from 'fastify';
import type { ApiContext } from '../context.js';
import { mustSee } from './visibility.js';

export const mayChange = async ({ db }: Pick<ApiContext, 'db'>, request: FastifyRequest, id: string): Promise<void> => {
  await mustSee({ db }, request, id);
  const owner = await db.submissions.owner(id);
  const who = request.who!;
  if (who.scopes.includes('organise') || owner === who.id) return;
  throw new TopiaryError('TOPIARY_API_FORBIDDEN', {
    where: `submission ${id}`,
    expected: 'who made it, or an organiser',
    got: who.name,
  });
};
