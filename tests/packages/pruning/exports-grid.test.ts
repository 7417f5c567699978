/** A slice of the grid of exported networks, criteria and scopes; scripts/experiments/exports-grid.ts runs the whole. */

import { readFileSync } from 'node:fs';
import { standard } from '@topiary/lowering';
import { encode } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';
import { pruneExported, readExported, runFile, SCOPES } from '../../../scripts/experiments/exported.js';
import { sample, withoutSamples } from '../../helpers/samples.js';

describe.skipIf(withoutSamples())('exported networks', () => {
  describe.each([
    ['swin_nano', 'lamp'],
    ['vit_tiny', 'random'],
    ['resnet18', 'bn-scale'],
  ])('%s by %s', (network, criterion) => {
    it.each(SCOPES)('scope $id leaves a file that onnxruntime runs and that counts as planned', async (scope) => {
      const bytes = readFileSync(sample('exports', `${network}.onnx`));
      const exported = readExported(bytes);
      const { achieved, recountAgrees, output } = await pruneExported(exported, criterion, scope);
      expect(achieved).toBeGreaterThanOrEqual(2);
      expect(recountAgrees).toBe(true);
      expect(output.dims).toEqual((await runFile(encode(standard(exported.graph)), exported.graph)).dims);
      expect(Number.isFinite(output.largest)).toBe(true);
      expect(output.largest).toBeGreaterThan(0);
    });
  });

  it.each(['vit_tiny', 'swin_nano', 'convnext_nano'])(
    '%s has no BatchNorm to score: refused with the reason',
    async (network) => {
      const exported = readExported(readFileSync(sample('exports', `${network}.onnx`)));
      await expect(pruneExported(exported, 'bn-scale', SCOPES[0]!)).rejects.toThrow(/no BatchNormalization/);
    },
  );
});
