/** Publish: the pruned network, its kept indices, curves, log and correctness bits, each under its sha256. */
import type { ArtefactRef } from '@topiary/contracts';
import { encode, type Graph } from '@topiary/onnx';
import type { Cut } from '@topiary/pruning';
import { packBits } from '@topiary/stats';
import type { RunContext } from '../run-context.js';

const JSON_TYPE = 'application/json';

export interface Findings {
  readonly model: Graph;
  readonly kept: Cut['kept'];
  readonly correct: Uint8Array;
}

export const publish = async (
  { storage, report }: RunContext,
  { model, kept, correct }: Findings,
): Promise<ArtefactRef[]> => {
  const text = (value: string) => new TextEncoder().encode(value);
  const indices = kept.map((entry) => ({ ...entry, kept: Array.from(entry.kept) }));
  const files: readonly (readonly [ArtefactRef['kind'], Uint8Array, string])[] = [
    ['model', encode(model), 'application/octet-stream'],
    ['kept', text(JSON.stringify(indices)), JSON_TYPE],
    ['curve', text(JSON.stringify(report.curves)), JSON_TYPE],
    ['correct', packBits(correct), 'application/octet-stream'],
    ['log', text(`${report.logText}\n`), 'text/plain; charset=utf-8'],
  ];
  return Promise.all(
    files.map(async ([kind, bytes, mediaType]) => ({ kind, mediaType, ...(await storage.put(bytes)) })),
  );
};
