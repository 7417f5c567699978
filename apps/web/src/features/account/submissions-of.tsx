/** What one person has submitted, newest first. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Ago } from '../../components/figures.js';
import { StateMark } from '../../components/marks.js';
import { EmptyNote, ErrorNote } from '../../components/notes.js';
import { Skeleton } from '../../components/skeleton.js';
import { Table } from '../../components/table.js';
import { submissionsOfQuery } from '../../lib/account-api.js';
import { boardsQuery, tracksQuery } from '../../lib/queries.js';
import { boardTitle, trackIdOf, trackOf } from '../../lib/tracks.js';
import { summaryText } from '../submission/summary.js';
import { t } from './words.js';

interface Props {
  readonly person: string;
  readonly caption: string;
  readonly none: string;
}

export const SubmissionsOf = ({ person, caption, none }: Props) => {
  const { data, error, refetch } = useQuery(submissionsOfQuery(person));
  const { data: boards } = useQuery(boardsQuery);
  const { data: tracks } = useQuery(tracksQuery);
  const heads = [
    'column.method',
    'boards.board',
    'submissions.state',
    'submission.result',
    'submissions.sent',
  ] as const;
  if (error) return <ErrorNote error={error} onRetry={refetch} />;
  if (!data) return <Skeleton rows={4} />;
  if (data.items.length === 0) return <EmptyNote title={none} />;
  return (
    <Table caption={caption} heads={heads.map((head) => t(head))}>
      {data.items.map((one) => (
        <tr key={one.id}>
          <th scope="row">
            <Link to={`/submissions/${one.id}`}>{one.label}</Link>
            {one.title && <span className="muted second-line">{one.title}</span>}
          </th>
          <td>
            <Link to={`/boards/${one.board}`}>{boardTitle(boards?.items, one.board)}</Link>
          </td>
          <td>
            <StateMark state={one.state} /> {one.private && <span className="tag">{t('private.mark')}</span>}
          </td>
          <td>{summaryText(one, trackOf(tracks?.items, trackIdOf(one.board)))}</td>
          <td>
            <Ago iso={one.createdAt} />
          </td>
        </tr>
      ))}
    </Table>
  );
};
