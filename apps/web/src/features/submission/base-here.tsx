/** Where a network that came as a base model stands: above the rows that begin with it. */
import { useQuery } from '@tanstack/react-query';
import type { TrackDescription } from '@topiary/contracts';
import { Link } from 'react-router';
import { Section } from '../../components/page.js';
import { boardQuery, leaderboardQuery } from '../../lib/queries.js';
import { Here } from '../row/here.js';
import { t } from '../row/recipe-words.js';

export const BaseHere = ({ board: id, track }: { readonly board: string; readonly track: TrackDescription }) => {
  const board = useQuery(boardQuery(id));
  const table = useQuery(leaderboardQuery(id));
  if (!board.data || !table.data) return null;
  return (
    <Section title={t('here.title')}>
      <p>
        {t('here.import')} <Link to={`/boards/${id}`}>{board.data.title}</Link>
      </p>
      <Here board={board.data} track={track} rows={table.data.rows} row={null} />
    </Section>
  );
};
