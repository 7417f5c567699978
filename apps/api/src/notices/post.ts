/** One POST to an address that a stranger named: no redirect is followed, nothing of the answer is kept but its status. */
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { mustBePublic, publicLookup } from './public-address.js';

const PATIENCE_MS = 10_000;

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Private addresses, too: for installations whose people are trusted. */
  readonly anywhere: boolean;
}

/** The status of the answer; throws where there is none. */
export const post = ({ url, headers, body, anywhere }: Post): Promise<number> =>
  new Promise((resolve, reject) => {
    const target = new URL(url);
    if (!anywhere) mustBePublic(target);
    const send = target.protocol === 'https:' ? secure : plain;
    const sending = send(target, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(PATIENCE_MS),
      // no connection that was made for another name is used again
      agent: false,
      ...(anywhere ? {} : { lookup: publicLookup }),
    });
    sending.once('error', reject).once('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    sending.end(body);
  });
