/** Every known difference from PruningBench, Torch-Pruning and the papers, with the methods that it concerns. */
import { useQuery } from '@tanstack/react-query';
import type { Difference } from '@topiary/contracts';
import { Link } from 'react-router';
import { ErrorNote } from '../../components/notes.js';
import { Scroll } from '../../components/scroll.js';
import { Skeleton } from '../../components/skeleton.js';
import { differencesQuery } from '../../lib/queries.js';
import { t } from './words.js';

const Concerned = ({ methods }: Pick<Difference, 'methods'>) =>
  methods.length === 0
    ? t('differences.every')
    : methods.map(({ kind, id, title }) => (
        <span key={`${kind}/${id}`} className="second-line">
          <Link to={`/methods/${kind}/${id}`}>{title}</Link>
        </span>
      ));

export default function DifferencesTable() {
  const { data, error, refetch } = useQuery(differencesQuery());
  if (error) return <ErrorNote error={error} onRetry={refetch} />;
  if (!data) return <Skeleton rows={8} />;
  return (
    <Scroll caption={t('differences.caption')} kind="is-tall">
      <table>
        <caption className="sr-only">{t('differences.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('differences.from')}</th>
            <th scope="col">{t('differences.concerns')}</th>
            <th scope="col">{t('differences.what')}</th>
            <th scope="col">{t('differences.why')}</th>
          </tr>
        </thead>
        <tbody>
          {data.items.map(({ from, methods, what, why }) => (
            <tr key={`${from} ${what}`}>
              <th scope="row">{from}</th>
              <td>
                <Concerned methods={methods} />
              </td>
              <td className="wrap">{what}</td>
              <td className="wrap">{why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
