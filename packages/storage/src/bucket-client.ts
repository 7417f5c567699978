/** The S3 client of a bucket, and its failures in our words. Loaded only where the storage is one. */
import type { S3Client } from '@aws-sdk/client-s3';
import { TopiaryError } from '@topiary/errors';
import { diskFull } from './full.js';

export type Sdk = typeof import('@aws-sdk/client-s3');

export interface Place {
  readonly bucket: string;
  /** In the bucket, with a slash at its end; empty: the bucket itself. */
  readonly prefix: string;
  readonly region: string;
  /** Of a server that is not Amazon's. */
  readonly endpoint: string | null;
  /** `<endpoint>/<bucket>` instead of `<bucket>.<endpoint>`. */
  readonly pathStyle: boolean;
}

/** `s3://bucket/prefix?region=eu-central-1&endpoint=https://s3.example.org&pathStyle=true`; keys as the SDK finds them. */
export const placeOf = (text: string): Place => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.host === '' || url.username !== '')
    throw new TopiaryError('TOPIARY_START_ENVIRONMENT', {
      where: 'STORAGE_URL',
      expected: 's3://<bucket>[/<prefix>][?endpoint=…&region=…&pathStyle=true], without keys in it',
      got: url === null ? 'no address' : 'another form',
      cure: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY beside it',
    });
  const { searchParams: query, pathname, host } = url;
  const prefix = pathname.replace(/^\/+|\/+$/g, '');
  return {
    bucket: host,
    prefix: prefix === '' ? '' : `${prefix}/`,
    region: query.get('region') ?? process.env.AWS_REGION ?? 'us-east-1',
    endpoint: query.get('endpoint'),
    pathStyle: (query.get('pathStyle') ?? String(query.has('endpoint'))) === 'true',
  };
};

export const clientOf = ({ S3Client }: Sdk, { region, endpoint, pathStyle }: Place): S3Client =>
  new S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: 4,
    // We send and check sums of our own; other servers do not know all of Amazon's.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === null ? {} : { endpoint }),
  });

interface Failure {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export const isMissing = (error: unknown): boolean => {
  const { name, $metadata } = error as Failure;
  return name === 'NoSuchKey' || name === 'NotFound' || $metadata?.httpStatusCode === 404;
};

/** Runs a request; what is not a missing file says whether there is no room or nobody. */
export const ask = async <T>(where: string, request: () => Promise<T>): Promise<T> => {
  try {
    return await request();
  } catch (error) {
    const { name, message, $metadata } = error as Failure;
    const got = `${name ?? 'a failure'}: ${message ?? ''}`.trim();
    if (error instanceof TopiaryError || isMissing(error)) throw error;
    if ($metadata?.httpStatusCode === 507 || name === 'QuotaExceeded' || name === 'XMinioStorageFull')
      throw diskFull(where, got, error);
    throw new TopiaryError('TOPIARY_STORAGE_UNAVAILABLE', { where, expected: 'an answer', got }, { cause: error });
  }
};
