/** Puts a trained network among those that are shipped: its files by their hashes, its line in the manifest. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type Schedule, writeManifest } from '@topiary/pipeline';
import { type ShippedModel, shippedFiles, shippedFolder } from '@topiary/zoo';

type Facts = Omit<ShippedModel, 'sha256' | 'parts' | 'bytes' | 'machine' | 'onnxruntime' | 'date'>;
type Files = Pick<ShippedModel, 'sha256' | 'parts' | 'bytes'> & { readonly written: readonly Uint8Array[] };

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** In the place of an earlier one of the same model on the same data. */
const enter = ({ written, ...files }: Files, { model, dataset, task, ...facts }: Facts): ShippedModel => {
  const entry: ShippedModel = {
    model,
    dataset,
    task,
    ...files,
    ...facts,
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    onnxruntime: createRequire(import.meta.url)('onnxruntime-node/package.json').version,
    date: new Date().toISOString().slice(0, 10),
  };
  const path = join(shippedFolder(), 'manifest.json');
  const before: ShippedModel[] = JSON.parse(readFileSync(path, 'utf8'));
  const isSame = (one: ShippedModel) => one.model === entry.model && one.dataset === entry.dataset;
  for (const old of before.filter(isSame).flatMap(shippedFiles)) rmSync(old.path, { force: true });
  shippedFiles(entry).forEach(({ path: to }, i) => {
    writeFileSync(to, written[i]!);
  });
  writeFileSync(path, `${JSON.stringify([...before.filter((one) => !isSame(one)), entry], null, 2)}\n`);
  return entry;
};

export const publish = (file: Uint8Array, facts: Facts): ShippedModel =>
  enter({ sha256: hashOf(file), bytes: file.length, written: [file] }, facts);

/** A pipeline of several parts: a manifest that names their files. */
export const publishPipeline = (
  files: ReadonlyMap<string, Uint8Array>,
  schedule: Schedule,
  facts: Facts,
): ShippedModel => {
  const parts = Object.fromEntries([...files].map(([part, bytes]) => [part, hashOf(bytes)]));
  const manifest = writeManifest(parts, schedule);
  const written = [manifest, ...files.values()];
  const bytes = written.slice(1).reduce((sum, { length }) => sum + length, 0);
  return enter({ sha256: hashOf(manifest), parts, bytes, written }, facts);
};
