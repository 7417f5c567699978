/** The API of `startApi` behind a real port, for clients that speak HTTP. */
import type { AddressInfo } from 'node:net';
import { startApi, type TestApi } from './api.js';

export interface ListeningApi extends TestApi {
  readonly url: string;
  readonly port: number;
}

export const listeningApi = async (...how: Parameters<typeof startApi>): Promise<ListeningApi> => {
  const api = await startApi(...how);
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.app.server.address() as AddressInfo;
  return { ...api, port, url: `http://127.0.0.1:${port}` };
};
