/** In short, how a board's protocol differs from PruningBench: its solver and training, then what holds on every board. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ErrorNote } from '../../components/notes.js';
import { Skeleton } from '../../components/skeleton.js';
import { differencesQuery } from '../../lib/queries.js';
import { t } from './words.js';

export default function DifferencesOfBoard({ board }: { readonly board: string }) {
  const { data, error, refetch } = useQuery(differencesQuery(board));
  if (error) return <ErrorNote error={error} onRetry={refetch} />;
  if (!data) return <Skeleton rows={4} />;
  const ofProtocol = data.items.filter(({ methods }) => methods.length === 0);
  return (
    <>
      {ofProtocol.length === 0 && <p>{t('differences.none')}</p>}
      <ul className="plain-list deviations">
        {ofProtocol.map(({ id, from, what, why }) => (
          <li key={id}>
            <strong>{`${from}:`}</strong> {what} <span className="muted">{why}</span>
          </li>
        ))}
      </ul>
      <p>
        {t('differences.methods')} <Link to="/rules#pruningbench">{t('differences.table')}</Link>
      </p>
    </>
  );
}
