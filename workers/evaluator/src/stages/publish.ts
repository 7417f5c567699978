/** Publish: the pruned network, its kept indices, curves, log and correctness bits, each under its sha256. */
import type { ArtefactRef } from '@topiary/contracts';
import { encode, type Graph } from '@topiary/onnx';
import type { Cut } from '@topiary/pruning';
import { packBits } from '@topiary/stats';
import type { Reporter } from '../reporter.js';
import type { RunContext } from '../run-context.js';

const JSON_TYPE = 'application/json';

export interface Findings {
  readonly model: Graph;
  readonly kept: Cut['kept'];
  readonly correct: Uint8Array;
}

type File = readonly [ArtefactRef['kind'], Uint8Array, string];

const OCTETS = 'application/octet-stream';
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** What every run leaves behind. */
const common = (report: Reporter, correct: Uint8Array): readonly File[] => [
  ['curve', text(JSON.stringify(report.curves)), JSON_TYPE],
  ['correct', packBits(correct), OCTETS],
  ['log', text(`${report.logText}\n`), 'text/plain; charset=utf-8'],
];

const store = ({ storage }: RunContext, files: readonly File[]): Promise<ArtefactRef[]> =>
  Promise.all(files.map(async ([kind, bytes, mediaType]) => ({ kind, mediaType, ...(await storage.put(bytes)) })));

export const publish = (context: RunContext, { model, kept, correct }: Findings): Promise<ArtefactRef[]> => {
  const indices = kept.map((entry) => ({ ...entry, kept: Array.from(entry.kept) }));
  return store(context, [
    ['model', encode(model), OCTETS],
    ['kept', text(JSON.stringify(indices)), JSON_TYPE],
    ...common(context.report, correct),
  ]);
};

/** Of an uploaded network the file comes written already, and nobody but its author knows what was kept. */
export const publishUpload = (
  context: RunContext,
  { file, correct }: { readonly file: Uint8Array; readonly correct: Uint8Array },
): Promise<ArtefactRef[]> => store(context, [['model', file, OCTETS], ...common(context.report, correct)]);
