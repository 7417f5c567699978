/** Which machine computed: recorded with every result, and compared before two latencies are. */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { cpus, release, totalmem, type } from 'node:os';
import type { Machine } from '@topiary/contracts';

const versionOfOnnxruntime = (): string =>
  (createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }).version;

export const describeMachine = ({ provider, threads }: { provider: string; threads: number }): Machine => {
  const facts = {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
    node: process.versions.node,
    onnxruntime: versionOfOnnxruntime(),
    provider,
    threads,
  };
  // What a restart of the same machine does not change.
  const lasting = [facts.cpu, facts.cores, facts.provider, facts.threads, facts.onnxruntime];
  return { fingerprint: createHash('sha256').update(JSON.stringify(lasting)).digest('hex').slice(0, 16), ...facts };
};
