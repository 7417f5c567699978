/** Publish: the networks, what views show, curves, log and answers, each under its sha256. */
import type { ArtefactRef } from '@topiary/contracts';
import { standard } from '@topiary/lowering';
import { encode } from '@topiary/onnx';
import { type Pipeline, writeManifest } from '@topiary/pipeline';
import { packBits } from '@topiary/stats';
import type { Answers, Fact } from '@topiary/tasks';
import type { Reporter } from '../reporter.js';
import type { RunContext } from '../run-context.js';

const JSON_TYPE = 'application/json';
const OCTETS = 'application/octet-stream';

export interface Findings {
  readonly pipeline: Pipeline;
  readonly facts: readonly Fact[];
  readonly answers: Answers | null;
}

interface File {
  readonly kind: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly title?: string;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Answers per test example; private. Bits are packed, numbers are float32. */
const answerFile = ({ values }: Answers): File =>
  values instanceof Uint8Array
    ? { kind: 'correct', bytes: packBits(values), mediaType: OCTETS }
    : {
        kind: 'answers',
        bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
        mediaType: OCTETS,
      };

/** What every run leaves behind. */
const common = (report: Reporter, answers: Answers | null): readonly File[] => [
  { kind: 'curve', bytes: text(JSON.stringify(report.curves)), mediaType: JSON_TYPE },
  ...(answers === null ? [] : [answerFile(answers)]),
  { kind: 'log', bytes: text(`${report.logText}\n`), mediaType: 'text/plain; charset=utf-8' },
];

const put = async ({ storage }: RunContext, { bytes, ...about }: File): Promise<ArtefactRef> => ({
  ...about,
  ...(await storage.put(bytes)),
});

const store = (context: RunContext, files: readonly File[]): Promise<ArtefactRef[]> =>
  Promise.all(files.map((file) => put(context, file)));

/** Whether a file alone says it all: one part, called once at every step of the task's own loop. */
const isPlain = ({ parts, schedule: { stretches, settings } }: Pipeline): boolean =>
  parts.size === 1 && settings === undefined && stretches.length === 1 && stretches[0]!.steps === null;

/** One file; of several parts one each, and the manifest that names them. */
const storePipeline = async (context: RunContext, pipeline: Pipeline): Promise<ArtefactRef[]> => {
  const { parts, schedule } = pipeline;
  const files = await Promise.all(
    [...parts].map(async ([part, { graph }]) => {
      const ref = await put(context, {
        kind: 'model',
        bytes: encode(standard(graph)),
        mediaType: OCTETS,
        ...(parts.size > 1 ? { title: part } : {}),
      });
      return [part, ref] as const;
    }),
  );
  const refs = files.map(([, ref]) => ref);
  if (isPlain(pipeline)) return refs;
  const shas = Object.fromEntries(files.map(([part, { sha256 }]) => [part, sha256]));
  return [
    ...refs,
    await put(context, { kind: 'pipeline', bytes: writeManifest(shas, schedule), mediaType: JSON_TYPE }),
  ];
};

const fileOf = ({ view, ...fact }: Fact): File => ({ kind: view, ...fact });

export const publish = async (context: RunContext, { pipeline, facts, answers }: Findings): Promise<ArtefactRef[]> => [
  ...(await storePipeline(context, pipeline)),
  ...(await store(context, facts.map(fileOf))),
  ...(await store(context, common(context.report, answers))),
];

/** Of an uploaded network the file comes written already, and nobody but its author knows what was kept. */
export const publishUpload = (
  context: RunContext,
  { file, facts, answers }: Omit<Findings, 'pipeline'> & { readonly file: Uint8Array },
): Promise<ArtefactRef[]> =>
  store(context, [
    { kind: 'model', bytes: file, mediaType: OCTETS },
    ...facts.map(fileOf),
    ...common(context.report, answers),
  ]);
