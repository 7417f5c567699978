/** A shipped base of several parts: all of its files lie in the storage, and stay as long as the board has it. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standard } from '@topiary/lowering';
import { encode } from '@topiary/onnx';
import { writeManifest } from '@topiary/pipeline';
import type { ShippedModel } from '@topiary/zoo/catalogue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishShipped } from '../../../apps/api/src/shipped.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { narrowPipeline } from '../../helpers/segmenter.js';

const BOARD = 'segmentation.sam-tiny.scenes64';
const root = mkdtempSync(join(tmpdir(), 'topiary-shipped-'));
const before = process.env['TOPIARY_ROOT'];
let api: TestApi;

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** As `npm run` puts it among the shipped ones, in a folder of the test's own. */
const ship = (): ShippedModel => {
  const folder = join(root, 'packages', 'zoo', 'shipped');
  mkdirSync(folder, { recursive: true });
  const { parts, schedule } = narrowPipeline();
  const files = [...parts].map(([part, { graph }]) => [part, encode(standard(graph))] as const);
  const shas = Object.fromEntries(files.map(([part, bytes]) => [part, hashOf(bytes)]));
  for (const [part, bytes] of files) writeFileSync(join(folder, `${shas[part]}.onnx`), bytes);
  const manifest = writeManifest(shas, schedule);
  const sha256 = hashOf(manifest);
  writeFileSync(join(folder, `${sha256}.json`), manifest);
  return {
    ...{ model: 'sam-tiny', dataset: 'scenes64', task: 'segmentation', sha256, parts: shas, bytes: 1, settings: {} },
    ...{ params: 1, macs: { pure: 1, published: 1 }, metrics: [], splitHash: 'x', seed: 0, steps: 0, recipe: {} },
    ...{ machine: '', onnxruntime: '', date: '' },
  };
};

beforeAll(async () => {
  api = await startApi();
});

afterAll(async () => {
  if (before === undefined) delete process.env['TOPIARY_ROOT'];
  else process.env['TOPIARY_ROOT'] = before;
  await api?.close();
  rmSync(root, { recursive: true, force: true });
});

describe('a base of several parts', () => {
  it('opens its board with all of its files, which nobody collects', async () => {
    const { context, database } = api;
    const { db, storage } = context;
    const shipped = ship();
    process.env['TOPIARY_ROOT'] = root;
    await publishShipped(context, [shipped]);
    expect((await db.baseModels.active(BOARD))!.sha256).toBe(shipped.sha256);
    const all = [shipped.sha256, ...Object.values(shipped.parts!)];
    expect(all).toHaveLength(4);
    await database.query("UPDATE artefacts SET created_at = created_at - interval '30 days'");
    await db.artefacts.collect((sha256) => storage.remove(sha256));
    for (const sha256 of all) expect(await storage.stat(sha256), sha256).not.toBeNull();
    // without the name of the pipeline they are nobody's
    await db.settings.remove(`parts:${shipped.sha256}`);
    await db.artefacts.collect((sha256) => storage.remove(sha256));
    expect(await storage.stat(shipped.sha256)).not.toBeNull();
    for (const sha256 of Object.values(shipped.parts!)) expect(await storage.stat(sha256)).toBeNull();
  });
});
