/** Which boards take submissions here, why the others do not, and what organisers say of them. */
import { useQuery } from '@tanstack/react-query';
import type { Board, BoardSettingsItem } from '@topiary/contracts';
import { useState } from 'react';
import { Link } from 'react-router';
import { ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { Skeleton } from '../../components/skeleton.js';
import { Table } from '../../components/table.js';
import { boardSettingsQuery } from '../../lib/admin-api.js';
import { formatCount } from '../../lib/format.js';
import { boardsQuery } from '../../lib/queries.js';
import { BoardFile } from './board-file.js';
import { BoardForm } from './board-form.js';
import { t } from './words.js';

const HEADS = ['work.board', 'boardsAdmin.state', 'boardsAdmin.why', 'boardsAdmin.base'] as const;

interface LineProps {
  readonly item: BoardSettingsItem;
  /** Absent where it is left out of lists. */
  readonly board: Board | undefined;
  readonly onEdit: () => void;
}

const stateOf = (board: Board | undefined) =>
  !board ? 'unlisted' : board.closed ? 'closed' : board.state === 'open' ? 'open' : 'reported';

const BoardLine = ({ item, board, onEdit }: LineProps) => {
  const title = item.settings?.title ?? item.title;
  return (
    <tr>
      <th scope="row">
        <Link to={`/boards/${item.board}`}>{title}</Link>
      </th>
      <td>{t(`boardsAdmin.${stateOf(board)}`)}</td>
      <td className="is-prose">{board?.reason ?? item.settings?.closed ?? ''}</td>
      <td>{board?.base ? t('boardsAdmin.params', { n: formatCount(board.base.params) }) : t('boardsAdmin.none')}</td>
      <td className="numeric">{board?.methods ?? '–'}</td>
      <td>
        <button
          type="button"
          className="button is-quiet is-small"
          aria-label={t('boardsAdmin.edit.named', { board: title })}
          onClick={onEdit}
        >
          {t('boardsAdmin.edit')}
        </button>
      </td>
    </tr>
  );
};

export const BoardStates = () => {
  const boards = useQuery(boardsQuery);
  const settings = useQuery(boardSettingsQuery);
  const [editing, setEditing] = useState<string | null>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const error = boards.error ?? settings.error;
  const items = settings.data?.items ?? [];
  const edited = items.find(({ board }) => board === editing);
  const edit = (board: string) => {
    setSaved(null);
    setEditing(board);
  };
  return (
    <Section title={t('admin.view.boards')}>
      {error && <ErrorNote error={error} onRetry={() => void Promise.all([boards.refetch(), settings.refetch()])} />}
      {!error && !(boards.data && settings.data) && <Skeleton rows={5} />}
      <p role="status">{saved && t('boardsAdmin.saved', { board: saved })}</p>
      {edited && (
        <BoardForm
          key={edited.board}
          item={edited}
          onDone={(isSaved) => {
            setEditing(null);
            if (isSaved) setSaved(edited.title);
          }}
        />
      )}
      {boards.data && settings.data && (
        <>
          <Table
            caption={t('admin.view.boards')}
            heads={[...HEADS.map((head) => t(head)), [t('boardsAdmin.methods'), 'numeric'], '']}
          >
            {items.map((item) => (
              <BoardLine
                key={item.board}
                item={item}
                board={boards.data.items.find(({ id }) => id === item.board)}
                onEdit={() => edit(item.board)}
              />
            ))}
          </Table>
          <BoardFile yaml={settings.data.yaml} />
        </>
      )}
    </Section>
  );
};
