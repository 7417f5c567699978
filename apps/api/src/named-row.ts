/** Rows by the ids that stand in addresses. */
import type { Row } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';

/** By its own id, or by one that it had before rows of one recipe became one. */
export const isNamed =
  (id: string) =>
  (row: Pick<Row, 'id'> & { readonly aliases: readonly string[] }): boolean =>
    row.id === id || row.aliases.includes(id);

export const noSuchRow = (board: { readonly id: string }, id: string): TopiaryError =>
  new TopiaryError('TOPIARY_API_NOT_FOUND', {
    where: `row '${id}'`,
    expected: `a row of ${board.id}`,
    got: 'none such',
  });
