/** A proxy that writes down the pieces of uploads which pass, and breaks the connection in the middle of some. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  /** Where each piece began that was sent so far. */
  readonly offsets: readonly number[];
  /** The next piece breaks off after so many bytes. */
  cutNextPieceAfter(bytes: number): void;
  close(): Promise<void>;
}

export const cuttingProxy = async (upstream: string): Promise<CuttingProxy> => {
  const offsets: number[] = [];
  let cutAfter: number | null = null;
  const server = createServer((incoming, answer) => {
    const { method, headers, url } = incoming;
    const outgoing = request(`${upstream}${url}`, { method: method!, headers }, (response) => {
      answer.writeHead(response.statusCode!, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => incoming.socket.destroy());
    if (method !== 'PATCH') return void incoming.pipe(outgoing);
    offsets.push(Number(headers['upload-offset']));
    let left = cutAfter ?? Number.POSITIVE_INFINITY;
    cutAfter = null;
    const cut = () => {
      outgoing.destroy();
      incoming.socket.destroy();
    };
    incoming.on('data', (piece: Buffer) => {
      if (left === 0) return;
      const passing = piece.subarray(0, left);
      left -= passing.length;
      outgoing.write(passing);
      // A reset throws away what the other side has not read yet: it is given a moment for that.
      if (left === 0) setTimeout(cut, 200);
    });
    incoming.on('end', () => left > 0 && outgoing.end());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    offsets,
    cutNextPieceAfter: (bytes) => {
      cutAfter = bytes;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};
