/** Boards of the diffusion track: one for each denoiser that is shipped, all under one protocol. */
import { BOARDS, protocolOf } from '@topiary/tracks/catalogue';
import { SHIPPED } from '@topiary/zoo/catalogue';
import { expect, it } from 'vitest';

it('stand for the denoisers that are shipped, and for no other', () => {
  const own = BOARDS.filter(({ track }) => track === 'diffusion');
  const shipped = SHIPPED.filter(({ task }) => task === 'diffusion');
  expect(own.map(({ model, dataset }) => `${model} ${dataset}`)).toEqual(
    shipped.map(({ model, dataset }) => `${model} ${dataset}`),
  );
  expect(new Set(own.map((board) => protocolOf(board).version)).size).toBe(1);
});
