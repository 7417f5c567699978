/** Where the pages are, as whoever asks reaches them: addresses in feeds, heads and links of mails begin with it. */
import type { FastifyRequest } from 'fastify';
import type { ApiContext } from '../context.js';

export const siteOf = ({ publicUrl }: Pick<ApiContext, 'publicUrl'>, request: FastifyRequest): string =>
  publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.host}`;
