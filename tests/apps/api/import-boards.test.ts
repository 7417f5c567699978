/** Which boards a network may be imported for; asked before anything is read. */
import type { ImportFacts } from '@topiary/contracts';
import { expect, it } from 'vitest';
import type { ApiContext } from '../../../apps/api/src/context.js';
import { planImport } from '../../../apps/api/src/import.js';
import '../../extension/denoiser/catalogue.js';

const context = { db: { boards: { imported: async () => [] } } } as unknown as ApiContext;
const facts: ImportFacts = { device: 'cpu', title: '', classes: [] };

it('none under an earlier version of a protocol', async () => {
  const frozen = planImport(context, { ...facts, board: 'denoising.two-speed.sines@0' }, 'somebody');
  await expect(frozen).rejects.toMatchObject({
    code: 'TOPIARY_TRACKS_BOARD_CLOSED',
    details: { where: 'denoising.two-speed.sines@0', got: 'version 0, which is frozen' },
  });
});
