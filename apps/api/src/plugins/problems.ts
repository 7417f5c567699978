/** Every failure leaves as problem+json with a stable code; from 500 on only an id, the log has the rest. */
import { httpStatus, type Problem, toProblem } from '@topiary/contracts';
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { App } from '../context.js';

const at = (path: string): string => path.replace(/^\//, '').replaceAll('/', '.') || '(root)';

const fromValidation = (error: unknown): TopiaryError | null => {
  if (!hasZodFastifySchemaValidationErrors(error)) return null;
  const context = (error as { validationContext?: string }).validationContext ?? 'request';
  const issues = error.validation.map((issue) => `${at(issue.instancePath)}: ${issue.message}`);
  return new TopiaryError('TOPIARY_API_VALIDATION', {
    where: `${context} ${at(error.validation[0]?.instancePath ?? '')}`,
    expected: 'a request as in /docs/api',
    got: issues.join('; '),
  });
};

/** Fastify's own errors (too large, not JSON, wrong media type) in our words. */
const fromFastify = (error: FastifyError): TopiaryError => {
  const status = error.statusCode ?? 500;
  if (status === 413) return new TopiaryError('TOPIARY_API_TOO_LARGE', { got: error.message });
  if (status === 429) return new TopiaryError('TOPIARY_API_RATE_LIMITED', { got: error.message });
  if (status >= 400 && status < 500)
    return new TopiaryError('TOPIARY_API_VALIDATION', { where: 'the request', got: error.message });
  return new TopiaryError('TOPIARY_API_INTERNAL', {}, { cause: error });
};

export const asTopiaryError = (error: unknown): TopiaryError =>
  isTopiaryError(error) ? error : (fromValidation(error) ?? fromFastify(error as FastifyError));

const send = (reply: FastifyReply, problem: Problem) =>
  reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem);

const handle = (raw: unknown, request: FastifyRequest, reply: FastifyReply) => {
  const error = asTopiaryError(raw);
  const status = httpStatus(error.code);
  if (status >= 500) request.log.error({ err: raw }, error.message);
  const problem = toProblem(error, request.id);
  if (status !== 500) return send(reply, problem);
  return send(reply, {
    ...toProblem(new TopiaryError('TOPIARY_API_INTERNAL'), request.id),
    detail: `Please report the id ${request.id}.`,
  });
};

export const problems = (app: App): void => {
  app.setErrorHandler(handle);
};

export const notFound = (request: FastifyRequest, reply: FastifyReply) =>
  send(
    reply,
    toProblem(
      new TopiaryError('TOPIARY_API_NOT_FOUND', { where: `${request.method} ${request.url.split('?')[0]}` }),
      request.id,
    ),
  );
