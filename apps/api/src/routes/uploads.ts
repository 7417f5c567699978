/**
 * Uploads in pieces, after the manner of tus (https://tus.io/protocols/resumable-upload): announce with size and
 * sha256, send pieces at their offset, ask for the offset after a break, and go on. Whoever lost the address announces
 * the same file again and is told the same upload.
 */
import { CreateUpload, Upload } from '@topiary/contracts';
import type { UploadRecord } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiContext, Route } from '../context.js';
import { BY_KEY, guard } from '../plugins/auth.js';
import { storedQuotaOf } from '../quota.js';
import { announce, describeUpload, drop, receive } from '../uploads.js';

const OCTETS = 'application/octet-stream';
/** A piece; a client that wants to resume at fine grain sends smaller ones. */
const MAX_PIECE = 64 * 2 ** 20;
const Id = z.object({ id: z.string().regex(/^[0-9a-f-]{36}$/) });
const tags = ['uploads'];
const security = BY_KEY;

const offsetOf = (request: FastifyRequest): number => {
  const text = request.headers['upload-offset'];
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  throw new TopiaryError('TOPIARY_API_VALIDATION', {
    where: 'Upload-Offset',
    expected: 'the number of bytes that have arrived',
    got: typeof text === 'string' ? text : 'none',
  });
};

/** Another person's upload is not there. */
const ownUpload = async ({ db }: ApiContext, request: FastifyRequest, id: string): Promise<UploadRecord> => {
  const record = await db.uploads.get(id);
  if (record.owner === request.who!.id) return record;
  throw new TopiaryError('TOPIARY_DB_NOT_FOUND', { where: `upload '${id}'` });
};

const withOffset = (reply: FastifyReply, { offset, bytes }: Upload): FastifyReply =>
  reply.header('upload-offset', offset).header('upload-length', bytes).header('cache-control', 'no-store');

export const uploads: Route = (app, context) => {
  app.post(
    '/api/v1/uploads',
    {
      onRequest: guard('submit'),
      config: { rateLimit: { max: 120, timeWindow: '1 minute' } },
      schema: {
        operationId: 'createUpload',
        summary: 'Announce an upload',
        description:
          'Size and sha256 of a file that will come in pieces. The same file announced again is the same upload.',
        tags,
        security,
        body: CreateUpload,
        response: { 201: Upload },
      },
    },
    async (request, reply) => {
      const upload = await announce(
        context,
        { ...request.body, owner: request.who!.id },
        storedQuotaOf(context, request.who!),
      );
      return withOffset(reply, upload)
        .code(201)
        .header('location', `/api/v1/uploads/${upload.id}`)
        .send(upload) as never;
    },
  );

  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/v1/uploads/:id',
    onRequest: guard('submit'),
    schema: {
      operationId: 'getUpload',
      summary: 'State of an upload',
      description: 'How many bytes have arrived: where to go on after a break.',
      tags,
      security,
      params: Id,
      response: { 200: Upload },
    },
    handler: async (request, reply) => {
      const upload = await describeUpload(context, await ownUpload(context, request, request.params.id));
      return withOffset(reply, upload).send(upload) as never;
    },
  });

  app.patch(
    '/api/v1/uploads/:id',
    {
      onRequest: guard('submit'),
      bodyLimit: MAX_PIECE,
      schema: {
        operationId: 'appendUpload',
        summary: 'Send a piece',
        description: 'The body begins at Upload-Offset.',
        tags,
        security,
        consumes: [OCTETS],
        params: Id,
        response: { 200: Upload },
      },
    },
    async (request, reply) => {
      if (request.headers['content-type'] !== OCTETS) {
        const got = request.headers['content-type'] ?? 'none';
        throw new TopiaryError('TOPIARY_API_VALIDATION', { where: 'content-type', expected: OCTETS, got });
      }
      const record = await ownUpload(context, request, request.params.id);
      const upload = await receive(context, record, offsetOf(request), request.body as AsyncIterable<Uint8Array>);
      return withOffset(reply, upload).send(upload) as never;
    },
  );

  app.delete(
    '/api/v1/uploads/:id',
    {
      onRequest: guard('submit'),
      schema: {
        operationId: 'deleteUpload',
        summary: 'Give up an upload',
        description: 'Its bytes are thrown away.',
        tags,
        security,
        params: Id,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await drop(context, (await ownUpload(context, request, request.params.id)).id);
      return reply.code(204).send(null);
    },
  );
};
