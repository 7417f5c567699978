/** A pipeline as a file: which ONNX file is which part, and the schedule. The parts lie beside it, named by sha256. */
import { TopiaryError } from '@topiary/errors';
import { z } from 'zod';
import type { Schedule } from './pipeline.js';

const FORMAT = 'topiary-pipeline/1';
const WHERE = 'the manifest of the pipeline';

const Slots = z.record(z.string(), z.string());
const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  parts: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/, 'a sha256')),
  schedule: z.strictObject({
    given: z.array(z.string()),
    results: z.array(z.string()),
    stretches: z
      .array(
        z.strictObject({
          steps: z.number().int().min(1).nullable(),
          calls: z.array(z.strictObject({ part: z.string(), in: Slots, out: Slots, lane: z.number().int().min(0) })),
        }),
      )
      .min(1),
    settings: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
    ahead: Slots.optional(),
  }),
});

export interface PipelineFile {
  /** sha256 of the ONNX file of each part. */
  readonly parts: Readonly<Record<string, string>>;
  readonly schedule: Schedule;
}

export const writeManifest = (parts: PipelineFile['parts'], schedule: Schedule): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, parts, schedule })}\n`);

/** An ONNX file is no text; a manifest begins as JSON does. */
const isText = (bytes: Uint8Array): boolean => bytes[0] === 0x7b;

/** Null where the bytes are no manifest but, presumably, a network; throws where they are a broken one. */
export const readManifest = (bytes: Uint8Array): PipelineFile | null => {
  if (!isText(bytes)) return null;
  const refuse = (got: string): never => {
    throw new TopiaryError('TOPIARY_PIPELINE_SCHEDULE', { where: WHERE, expected: `JSON of format ${FORMAT}`, got });
  };
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return refuse(String(error).slice(0, 200));
  }
  const parsed = Manifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  return refuse(`${issue.path.join('.')}: ${issue.message}`);
};
