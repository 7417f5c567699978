/**
 * The gate in dry run: what it would say of a file on a board. The bytes of the file are the body and are thrown away
 * afterwards; or the body names a file that was uploaded.
 */
import { randomUUID } from 'node:crypto';
import { CheckedKind, CheckQueue, CreateCheck, MAX_UPLOAD_BYTES, Verdict } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { protocolOf, resolveBoard } from '@topiary/tracks/catalogue';
import { z } from 'zod';
import type { ApiContext, Route } from '../context.js';
import { storedFile } from '../kinds/_plan.js';
import { BY_KEY, guard } from '../plugins/auth.js';

const OCTETS = 'application/octet-stream';
const tags = ['checks'];
const security = BY_KEY;
const config = { rateLimit: { max: 60, timeWindow: '1 minute' } };

/** What the gate says of a local file, beside the board's base network. */
export const checkOnBoard = async (
  context: ApiContext,
  person: string,
  boardId: string,
  path: string,
): Promise<Verdict> => {
  const board = await resolveBoard(context.db.boards, boardId);
  const base = await context.db.baseModels.active(board.id);
  if (base === null) {
    const got = 'none';
    throw new TopiaryError('TOPIARY_TRACKS_BOARD_CLOSED', { where: board.id, expected: 'a base network', got });
  }
  const { evaluationBatch: batch } = protocolOf(board);
  return context.checker.check({ person, path, base: await context.storage.path(base.sha256), batch });
};

type Check = (context: ApiContext, person: string, board: string, path: string) => Promise<Verdict>;

const CHECKS: Readonly<Record<z.infer<typeof CheckedKind>, Check>> = {
  network: checkOnBoard,
  criterion: (context, person, _board, path) => context.checker.checkCriterion({ person, path }),
};

export const checks: Route = (app, context) => {
  const { storage } = context;
  app.post(
    '/api/v1/checks',
    {
      onRequest: guard('submit'),
      config,
      schema: {
        operationId: 'checkUpload',
        summary: 'Check an uploaded file',
        description: 'What the gate says of a file that was uploaded, without submitting it.',
        tags,
        security,
        body: CreateCheck,
        response: { 200: Verdict },
      },
    },
    async ({ body, who }) => {
      const path = await storedFile(context, who!.id, 'file', body.file);
      return CHECKS[body.kind](context, who!.id, body.board, path);
    },
  );

  app.get(
    '/api/v1/checks/queue',
    {
      onRequest: guard('read'),
      schema: {
        operationId: 'getCheckQueue',
        summary: 'Checks that wait',
        description: 'How many checks stand before yours.',
        tags,
        security,
        response: { 200: CheckQueue },
      },
    },
    async ({ who }) => context.checker.queue(who!.id),
  );

  app.post(
    '/api/v1/checks/file',
    {
      onRequest: guard('submit'),
      config,
      bodyLimit: MAX_UPLOAD_BYTES,
      schema: {
        operationId: 'checkFile',
        summary: 'Check a file',
        description: 'What the gate says of the body, which is thrown away afterwards.',

        tags,
        security,
        consumes: [OCTETS],
        querystring: z.object({ board: z.string(), kind: CheckedKind }),
        response: { 200: Verdict },
      },
    },
    async (request) => {
      if (request.headers['content-type'] !== OCTETS) {
        const got = request.headers['content-type'] ?? 'none';
        throw new TopiaryError('TOPIARY_API_VALIDATION', { where: 'content-type', expected: OCTETS, got });
      }
      const id = randomUUID();
      try {
        const body = request.body as AsyncIterable<Uint8Array>;
        await storage.drafts.append(id, body, { offset: 0, bytes: MAX_UPLOAD_BYTES });
        const { kind, board } = request.query;
        return await CHECKS[kind](context, request.who!.id, board, storage.drafts.path(id));
      } finally {
        await storage.drafts.discard(id);
      }
    },
  );
};
