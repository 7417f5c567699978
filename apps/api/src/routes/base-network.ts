/** The network that a board starts from, as a file: what whoever prunes elsewhere begins with. */
import { TopiaryError } from '@topiary/errors';
import { resolveBoard } from '@topiary/tracks/catalogue';
import { z } from 'zod';
import type { ApiContext, Route } from '../context.js';

/** All that is read of the file of a pipeline. */
const Parts = z.object({ parts: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)) });
/** A file of a pipeline names files; a network is larger. */
const MOST_NAMES = 64 * 1024;

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
};

/** Of one of several parts: its sha256, by the file that names them. */
const partOf = async ({ storage }: ApiContext, where: string, sha256: string, part: string): Promise<string> => {
  const size = (await storage.stat(sha256))?.bytes ?? 0;
  const named = size > 0 && size <= MOST_NAMES ? Parts.safeParse(parsed(await storage.read(sha256))) : null;
  const found = named?.data?.parts ?? {};
  if (found[part] !== undefined) return found[part];
  const expected =
    Object.keys(found).length === 0 ? 'none: the network is one file' : `one of ${Object.keys(found).join(', ')}`;
  throw new TopiaryError('TOPIARY_STORAGE_NOT_FOUND', { where: `${where}, part`, expected, got: part });
};

export const baseNetwork: Route = (app, context) => {
  const { db, storage } = context;
  app.get(
    '/api/v1/boards/:board/base.onnx',
    {
      schema: {
        operationId: 'getBaseNetwork',
        tags: ['boards'],
        summary: 'The network that the board starts from',
        description:
          'An ONNX file: what whoever prunes with tools of their own begins with. Where the network is of several parts, the JSON that names them; `part` gives one.',
        params: z.object({ board: z.string() }),
        querystring: z.object({ part: z.string().optional() }),
      },
    },
    async (request, reply) => {
      const board = await resolveBoard(db.boards, request.params.board);
      const base = await db.baseModels.active(board.id);
      if (base === null) {
        const closed = { where: board.id, expected: 'a base network', got: 'none' };
        throw new TopiaryError('TOPIARY_TRACKS_BOARD_CLOSED', closed);
      }
      const { part } = request.query;
      const sha256 = part === undefined ? base.sha256 : await partOf(context, board.id, base.sha256, part);
      const { bytes } = (await storage.stat(sha256))!;
      reply
        .type('application/octet-stream')
        .header('content-length', bytes)
        .header('etag', `"${sha256}"`)
        .header('cache-control', 'public, max-age=300')
        .header(
          'content-disposition',
          `attachment; filename="${board.id}${part === undefined ? '' : `.${part}`}.onnx"`,
        );
      return reply.send(await storage.get(sha256)) as never;
    },
  );
};
