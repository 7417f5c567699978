/**
 * How often one may ask. Twice: by address before anybody is asked for a key (a wrong key costs a look-up, too), and
 * by person afterwards, reading and writing apart. Routes that are worth guessing at say so by `config.rateLimit`.
 */
import rateLimit from '@fastify/rate-limit';
import { TopiaryError } from '@topiary/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext, App } from '../context.js';

const MINUTE = 60_000;

/** Probes come from the machine's own supervisor, and an event stream is one request that lasts. */
const isExempt = ({ url }: FastifyRequest): boolean => url === '/healthz' || url === '/readyz';

export const isReading = ({ method }: FastifyRequest): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method);

type Verdict = Awaited<ReturnType<ReturnType<App['createRateLimit']>>>;

const refuse = (after: number): TopiaryError =>
  new TopiaryError('TOPIARY_API_RATE_LIMITED', { expected: `another try after ${after} s` });

/** As draft-ietf-httpapi-ratelimit-headers says it; where there is no limit there is nothing to say. */
const tell = (policy: string, verdict: Verdict, reply: FastifyReply): void => {
  if (verdict.isAllowed || verdict.max >= Number.MAX_SAFE_INTEGER) return;
  reply.header('ratelimit-policy', `"${policy}";q=${verdict.max};w=${MINUTE / 1000}`);
  reply.header('ratelimit', `"${policy}";r=${verdict.remaining};t=${verdict.ttlInSeconds}`);
};

const judge = (policy: string, verdict: Verdict, reply: FastifyReply): void => {
  if (verdict.isAllowed || !verdict.isExceeded) return;
  tell(policy, verdict, reply);
  reply.header('retry-after', verdict.ttlInSeconds);
  throw refuse(verdict.ttlInSeconds);
};

export interface AddressLimit {
  /** Before `auth`. */
  readonly hook: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  /**
   * Counts a request that never becomes one of Fastify's, and does not wait for the count; false = uncounted, since the
   * address has had its share. With a count in Redis the few requests on their way pass, too.
   */
  readonly allows: (ip: string) => boolean;
}

/** The counts lie in Redis where there is one, so that several API processes share them. */
export const addressLimit = async (app: App, { limits, redis }: ApiContext): Promise<AddressLimit> => {
  await app.register(rateLimit, {
    global: false,
    timeWindow: MINUTE,
    nameSpace: 'topiary-rate-',
    ...(redis === null ? {} : { redis }),
    // A Redis that is away must not close the house.
    skipOnError: true,
    errorResponseBuilder: (_request, { ttl }) => refuse(Math.ceil(ttl / 1000)),
  });
  const byAddress = app.createRateLimit({ max: limits.rate.address });
  /** Addresses that have nothing left until their window ends. */
  const spent = new Set<string>();
  return {
    hook: async (request, reply) => {
      if (!isExempt(request)) judge('address', await byAddress(request), reply);
    },
    allows: (ip) => {
      if (spent.has(ip)) return false;
      // All that the limit reads of a request.
      byAddress({ ip, routeOptions: { config: {} } } as FastifyRequest).then(
        (verdict) => {
          if (verdict.isAllowed || verdict.remaining > 0) return;
          spent.add(ip);
          setTimeout(() => spent.delete(ip), verdict.ttl).unref();
        },
        () => undefined,
      );
      return true;
    },
  };
};

/** After `auth`: `RateLimit` tells what is left. */
export const limitPeople = (app: App, { limits }: ApiContext): void => {
  const keyGenerator = (what: string) => (request: FastifyRequest) => `${what} ${request.who?.id ?? request.ip}`;
  const limiters = {
    read: app.createRateLimit({ max: limits.rate.read, keyGenerator: keyGenerator('read') }),
    write: app.createRateLimit({ max: limits.rate.write, keyGenerator: keyGenerator('write') }),
  };
  app.addHook('onRequest', async (request, reply) => {
    if (isExempt(request)) return;
    const policy = isReading(request) ? 'read' : 'write';
    const verdict = await limiters[policy](request);
    tell(policy, verdict, reply);
    judge(policy, verdict, reply);
  });
};
