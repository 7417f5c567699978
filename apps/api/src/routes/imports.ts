/** `POST /imports`: somebody's own network in one call; the body is the file, the query says how it wants its pictures. */
import { ImportQuery, Submission } from '@topiary/contracts';
import type { Route } from '../context.js';
import { planImport } from '../import.js';
import { BY_KEY, guard } from '../plugins/auth.js';
import { MAX_UPLOAD, OCTETS, storeUpload } from '../upload.js';

export const imports: Route = (app, context) => {
  app.post(
    '/api/v1/imports',
    {
      onRequest: guard('admin'),
      bodyLimit: MAX_UPLOAD,
      schema: {
        operationId: 'importModel',
        summary: 'Import a network',
        description:
          'The body is an ONNX file that becomes the base of a board; it is evaluated before it is admitted.',

        tags: ['submissions'],
        security: BY_KEY,
        consumes: [OCTETS],
        querystring: ImportQuery,
        response: { 202: Submission },
      },
    },
    async (request, reply) => {
      const withModel = await planImport(context, request.query, request.who!.id);
      const { sha256 } = await storeUpload(context, request);
      const { submission } = await context.db.submissions.create(withModel(sha256));
      context.onQueued?.();
      return reply.code(202).header('location', `/api/v1/submissions/${submission.id}`).send(submission);
    },
  );
};
