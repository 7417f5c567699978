/** All methods, by kind. */

import { useQuery } from '@tanstack/react-query';
import type { MethodDescription } from '@topiary/contracts';
import { Link } from 'react-router';
import { EmptyNote, ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { Scroll } from '../components/scroll.js';
import { Skeleton } from '../components/skeleton.js';
import { t } from '../features/method/words.js';
import { KINDS } from '../features/submit-form/state.js';
import { matches } from '../lib/match.js';
import { methodsQuery } from '../lib/queries.js';
import { useSearchParam } from '../lib/url.js';

const Table = ({ methods, caption }: { readonly methods: readonly MethodDescription[]; readonly caption: string }) => (
  <Scroll caption={caption}>
    <table className="methods">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col" className="sticky">
            {t('column.method')}
          </th>
          <th scope="col">{t('methods.what')}</th>
          <th scope="col">{t('methods.needs')}</th>
          <th scope="col">{t('methods.paper')}</th>
        </tr>
      </thead>
      <tbody>
        {methods.map(({ kind, id, title, summary, needs, paper }) => (
          <tr key={id}>
            <th scope="row" className="sticky">
              <Link to={`/methods/${kind}/${id}`}>{title}</Link>
            </th>
            <td className="wrap">{summary}</td>
            <td>{needs.length === 0 ? t('methods.dataFree') : needs.join(', ')}</td>
            <td>{paper ? <a href={paper.url}>{`${paper.authors.split(',')[0]}, ${paper.year}`}</a> : '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);

export default function MethodsPage() {
  const { data, error, isPending, refetch } = useQuery(methodsQuery);
  const [query] = useSearchParam('q');
  const found = (data?.items ?? []).filter((method) =>
    matches(query, method.id, method.title, method.summary, method.paper?.title, method.paper?.authors),
  );
  return (
    <Page title={t('methods.title')} lede={t('methods.lede')}>
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {isPending && !error && <Skeleton rows={6} />}
      {data && found.length === 0 && <EmptyNote title={query ? t('methods.noMatch', { query }) : t('methods.none')} />}
      {KINDS.map((kind) => {
        const methods = found.filter((method) => method.kind === kind);
        return (
          methods.length > 0 && (
            <Section key={kind} title={t(`kinds.${kind}`)}>
              <p className="section-lede">{t(`kinds.${kind}.meaning`)}</p>
              <Table methods={methods} caption={t(`kinds.${kind}`)} />
            </Section>
          )
        );
      })}
    </Page>
  );
}
