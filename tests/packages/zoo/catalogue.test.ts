/** The catalogue describes every model and data set, and loads nothing heavy. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatasetDescription, ModelDescription } from '@topiary/contracts';
import { DATASETS, datasetOf, datasetState, MODELS, modelOf, SHIPPED, shippedFiles } from '@topiary/zoo/catalogue';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

describe('catalogue', () => {
  it('describes models and data sets as the contract says', () => {
    for (const model of MODELS) expect(ModelDescription.parse(model)).toEqual(model);
    for (const dataset of DATASETS) expect(DatasetDescription.parse(dataset)).toEqual(dataset);
    expect(new Set(MODELS.map(({ id }) => id)).size).toBe(MODELS.length);
    expect(DATASETS.map(({ id }) => id).sort()).toEqual([
      'bccd',
      'cifar10',
      'cifar100',
      'coco',
      'imagenet',
      'nuclei',
      'sa-1b',
      'scenes64',
      'shapes-det',
      'shapes16',
      'shapes32',
    ]);
  });

  it('knows what it does not know', async () => {
    expect(() => modelOf('resnet-18')).toThrow(expect.objectContaining({ code: 'TOPIARY_ZOO_UNKNOWN' }));
    expect(() => datasetOf('mnist')).toThrow(
      /one of bccd, cifar10, cifar100, coco, imagenet, nuclei, sa-1b, scenes64, shapes-det, shapes16, shapes32; got mnist/,
    );
    await expect(datasetState('../mnist', '')).rejects.toMatchObject({ code: 'TOPIARY_ZOO_UNKNOWN' });
    expect(await datasetState('mnist', '/nowhere')).toMatchObject({ present: false, reason: /DATA_DIR\/mnist/ });
  });

  it('finds procedural data everywhere', async () => {
    expect(await datasetState('shapes32', '/nowhere')).toEqual({ present: true, reason: null });
    expect(await datasetState('shapes-det', '/nowhere')).toEqual({ present: true, reason: null });
  });

  it('names shipped files that are there and have the bytes they are named by', () => {
    expect(SHIPPED.length).toBeGreaterThan(0);
    for (const shipped of SHIPPED) {
      const files = shippedFiles(shipped).map(({ sha256, path }) => ({ sha256, file: readFileSync(path) }));
      for (const { sha256, file } of files) expect(createHash('sha256').update(file).digest('hex')).toBe(sha256);
      // a manifest is no network
      const networks = shipped.parts ? files.slice(1) : files;
      expect(networks.reduce((sum, { file }) => sum + file.length, 0)).toBe(shipped.bytes);
    }
  });

  it('pulls in no runtime, no ONNX format and no operators when bundled', async () => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ['packages/zoo/src/catalogue.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
      logLevel: 'silent',
      // Imported when the first picture is decoded or the first annotation is read, which a catalogue never does.
      external: ['sharp', 'fast-xml-parser', 'zod'],
    });
    const inside = Object.keys(metafile.inputs).filter((file) => !file.startsWith('packages/zoo/'));
    expect(inside.filter((file) => !/^(packages\/errors|node_modules\/pure-rand)\//.test(file))).toEqual([]);
  });
});
