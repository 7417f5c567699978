/** Measure: latency of the pruned network, alternating with its base, while nothing else of ours computes. */
import type { Result } from '@topiary/contracts';
import type { Graph } from '@topiary/onnx';
import { latency } from '@topiary/runtime';
import type { RunContext } from '../run-context.js';

export const measure = (
  { compile, protocol, lock, report, signal }: RunContext,
  base: Graph,
  pruned: Graph,
): Promise<NonNullable<Result['latency']>> =>
  lock.hold(signal, async () => {
    const { batch, warmupMs, samples } = protocol.latency;
    const times = await latency(base, pruned, { ...compile, batch, warmupMs, samples, signal });
    report.log(
      `latency at batch ${batch}: ${times.pruned.p50Ms.toFixed(3)} ms, base ${times.base.p50Ms.toFixed(3)} ms (medians of ${samples})`,
    );
    return {
      p50Ms: times.pruned.p50Ms,
      p99Ms: times.pruned.p99Ms,
      baseP50Ms: times.base.p50Ms,
      baseP99Ms: times.base.p99Ms,
      batch,
      samples,
    };
  });
