/** What a worker tells Prometheus, and whether it lives; on a port of its own, which nobody outside needs to reach. */
import { createServer } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** How an attempt at a run ended. */
export type Outcome = 'done' | 'failed' | 'cancelled' | 'lost' | 'released' | 'timeout' | 'crashed' | 'unable';

export interface WorkerMetrics {
  begin(): void;
  end(board: string, outcome: Outcome, seconds: number): void;
  /** Called whenever the database has heard from this worker. */
  heard(): void;
  close(): Promise<void>;
}

/** Reports come every 15 s; a worker that has missed four of them is not well. */
const SILENT_MS = 60_000;

export const openMetrics = async (port: number | null): Promise<WorkerMetrics> => {
  const registers = [new Registry()];
  const busy = new Gauge({ name: 'topiary_worker_busy', help: '1 while a run is computed', registers });
  const attempts = new Counter({
    name: 'topiary_worker_attempts_total',
    help: 'Attempts at runs by outcome',
    labelNames: ['outcome'] as const,
    registers,
  });
  const seconds = new Histogram({
    name: 'topiary_run_seconds',
    help: 'Seconds of an attempt at a run, by board and outcome',
    labelNames: ['board', 'outcome'] as const,
    buckets: [5, 15, 30, 60, 120, 300, 900, 3600, 6 * 3600],
    registers,
  });
  let lastHeard = Date.now();
  const server = createServer(async (request, response) => {
    if (request.url === '/metrics') {
      response.setHeader('content-type', registers[0]!.contentType);
      response.end(await registers[0]!.metrics());
      return;
    }
    const isWell = request.url === '/healthz' && Date.now() - lastHeard < SILENT_MS;
    response.writeHead(isWell ? 200 : request.url === '/healthz' ? 503 : 404).end();
  });
  if (port !== null) {
    collectDefaultMetrics({ register: registers[0]! });
    await new Promise<void>((done, fail) => server.once('error', fail).listen(port, done));
  }
  return {
    begin: () => busy.set(1),
    end: (board, outcome, took) => {
      busy.set(0);
      attempts.inc({ outcome });
      seconds.observe({ board, outcome }, took);
    },
    heard: () => {
      lastHeard = Date.now();
    },
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((done) => server.close(done));
    },
  };
};
