/** Which boards take submissions here, and why the others do not. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { Skeleton } from '../../components/skeleton.js';
import { Table } from '../../components/table.js';
import { formatCount } from '../../lib/format.js';
import { boardsQuery } from '../../lib/queries.js';
import { boardTitle } from '../../lib/tracks.js';
import { t } from './words.js';

const HEADS = ['work.board', 'boardsAdmin.state', 'boardsAdmin.why', 'boardsAdmin.base'] as const;

export const BoardStates = () => {
  const { data, error, refetch } = useQuery(boardsQuery);
  return (
    <Section title={t('admin.view.boards')}>
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton rows={5} />}
      {data && (
        <Table
          caption={t('admin.view.boards')}
          heads={[...HEADS.map((head) => t(head)), [t('boardsAdmin.methods'), 'numeric']]}
        >
          {data.items.map((board) => (
            <tr key={board.id}>
              <th scope="row">
                <Link to={`/boards/${board.id}`}>{boardTitle(data.items, board.id)}</Link>
              </th>
              <td>{board.state === 'open' ? t('boardsAdmin.open') : t('boardsAdmin.reported')}</td>
              <td className="is-prose">{board.reason ?? ''}</td>
              <td>
                {board.base ? t('boardsAdmin.params', { n: formatCount(board.base.params) }) : t('boardsAdmin.none')}
              </td>
              <td className="numeric">{board.methods}</td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
};
