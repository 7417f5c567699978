/** Puts a trained network among those that are shipped: its file by its hash, its line in the manifest. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type ShippedModel, shippedFolder, shippedPath } from '@topiary/zoo';

type Facts = Omit<ShippedModel, 'sha256' | 'bytes' | 'machine' | 'onnxruntime' | 'date'>;

/** In the place of an earlier one of the same model on the same data. */
export const publish = (file: Uint8Array, { model, dataset, task, ...facts }: Facts): ShippedModel => {
  const sha256 = createHash('sha256').update(file).digest('hex');
  const entry: ShippedModel = {
    model,
    dataset,
    task,
    sha256,
    bytes: file.length,
    ...facts,
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    onnxruntime: createRequire(import.meta.url)('onnxruntime-node/package.json').version,
    date: new Date().toISOString().slice(0, 10),
  };
  const path = join(shippedFolder(), 'manifest.json');
  const before: ShippedModel[] = JSON.parse(readFileSync(path, 'utf8'));
  const isSame = (one: ShippedModel) => one.model === entry.model && one.dataset === entry.dataset;
  for (const old of before.filter(isSame)) rmSync(shippedPath(old.sha256), { force: true });
  writeFileSync(shippedPath(sha256), file);
  writeFileSync(path, `${JSON.stringify([...before.filter((one) => !isSame(one)), entry], null, 2)}\n`);
  return entry;
};
