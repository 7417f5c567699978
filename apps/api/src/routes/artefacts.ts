/** Stored files by their sha256: `GET` to download what is public, `POST` to upload a model to import. */
import { Uploaded } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { z } from 'zod';
import type { Route } from '../context.js';
import { BY_KEY, guard } from '../plugins/auth.js';
import { shippedFile } from '../row-shown.js';
import { MAX_UPLOAD, OCTETS, storeUpload } from '../upload.js';

const EXTENSION: Record<string, string> = { 'application/json': 'json', 'text/plain': 'log', [OCTETS]: 'onnx' };

export const artefacts: Route = (app, context) => {
  const { db, storage } = context;
  // The body stays a stream: a large file never lies in memory.
  app.addContentTypeParser(OCTETS, (_request, payload, done) => done(null, payload));

  app.post(
    '/api/v1/artefacts',
    {
      onRequest: guard('submit'),
      bodyLimit: MAX_UPLOAD,
      schema: {
        operationId: 'uploadArtefact',
        summary: 'Send a file at once',
        description: 'The body is the file. For large files and bad lines use uploads.',
        tags: ['artefacts'],
        security: BY_KEY,
        consumes: [OCTETS],
        response: { 201: Uploaded },
      },
    },
    async (request, reply) => reply.code(201).send(await storeUpload(context, request)),
  );

  app.get(
    '/api/v1/artefacts/:sha256',
    {
      schema: {
        operationId: 'getArtefact',
        summary: 'Download a file',
        description:
          'A stored file by its sha256: the network that a run made, its widths, kept channels or log. It never changes.',
        tags: ['artefacts'],
        params: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
      },
    },
    async (request, reply) => {
      const { sha256 } = request.params;
      const record = await db.artefacts.get(sha256, request.who?.id).catch((error: unknown) => {
        const file = shippedFile(context, sha256);
        if (file === null) throw error;
        return { sha256, mediaType: file.mediaType, bytes: file.bytes.length, isPublic: true, isOwn: false, file };
      });
      if (!record.isPublic && !record.isOwn && !request.who?.scopes.includes('admin'))
        throw new TopiaryError('TOPIARY_STORAGE_NOT_FOUND', { where: sha256 });
      const type = record.mediaType.split(';')[0]!;
      reply
        .type(record.mediaType)
        .header('content-length', record.bytes)
        .header('etag', `"${sha256}"`)
        .header('cache-control', `${record.isPublic ? 'public' : 'private'}, max-age=31536000, immutable`)
        .header('content-disposition', `attachment; filename="${sha256.slice(0, 12)}.${EXTENSION[type] ?? 'bin'}"`);
      return reply.send('file' in record ? record.file.bytes : await storage.get(sha256)) as never;
    },
  );
};
