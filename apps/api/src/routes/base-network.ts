/** The network that a board starts from, as a file: what whoever prunes elsewhere begins with. */
import { TopiaryError } from '@topiary/errors';
import { resolveBoard } from '@topiary/tracks/catalogue';
import { z } from 'zod';
import type { Route } from '../context.js';

export const baseNetwork: Route = (app, { db, storage }) => {
  app.get(
    '/api/v1/boards/:board/base.onnx',
    {
      schema: {
        operationId: 'getBaseNetwork',
        tags: ['boards'],
        summary: 'The network that the board starts from',
        description: 'An ONNX file: what whoever prunes with tools of their own begins with.',
        params: z.object({ board: z.string() }),
      },
    },
    async (request, reply) => {
      const board = await resolveBoard(db.boards, request.params.board);
      const base = await db.baseModels.active(board.id);
      if (base === null) {
        const closed = { where: board.id, expected: 'a base network', got: 'none' };
        throw new TopiaryError('TOPIARY_TRACKS_BOARD_CLOSED', closed);
      }
      reply
        .type('application/octet-stream')
        .header('content-length', base.bytes)
        .header('etag', `"${base.sha256}"`)
        .header('cache-control', 'public, max-age=300')
        .header('content-disposition', `attachment; filename="${board.id}.onnx"`);
      return reply.send(await storage.get(base.sha256)) as never;
    },
  );
};
