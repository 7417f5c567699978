/** One search over everything that has a page: boards, methods with their papers, recent submissions. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue } from 'react';
import { Link } from 'react-router';
import { EmptyNote, ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { Skeleton } from '../components/skeleton.js';
import { counter, translator } from '../lib/i18n.js';
import { matches } from '../lib/match.js';
import { boardsQuery, methodsQuery, recentQuery } from '../lib/queries.js';
import { rowsQuery } from '../lib/search-api.js';
import { boardTitle } from '../lib/tracks.js';
import { useSearchParam } from '../lib/url.js';
import { search } from '../messages/en/search.js';

const t = translator(search);
const tn = counter(search);

interface Hit {
  readonly to: string;
  readonly title: string;
  readonly about: string;
}

const Hits = ({ title, hits }: { readonly title: ReactNode; readonly hits: readonly Hit[] }) =>
  hits.length === 0 ? null : (
    <Section title={String(title)}>
      <ul className="hits">
        {hits.map(({ to, title: name, about }) => (
          <li key={to}>
            <Link to={to}>{name}</Link>
            <span className="muted">{about}</span>
          </li>
        ))}
      </ul>
    </Section>
  );

/** What fits, by kind. Null while something is still asked for. */
const useHits = (query: string) => {
  const boards = useQuery(boardsQuery);
  const methods = useQuery(methodsQuery);
  const recent = useQuery(recentQuery);
  const words = useDeferredValue(query.trim());
  const rows = useQuery({ ...rowsQuery(words), placeholderData: keepPreviousData });
  const error = boards.error ?? methods.error ?? recent.error ?? rows.error;
  if (!boards.data || !methods.data || !recent.data || (words !== '' && !rows.data)) return { error, hits: null };
  const found = {
    boards: boards.data.items
      .filter(({ id, title, model, dataset }) => matches(query, id, title, model, dataset))
      .map(({ id, title, protocol }): Hit => ({ to: `/boards/${id}`, title, about: protocol })),
    methods: methods.data.items
      .filter(({ kind, id, title, summary, paper }) =>
        matches(query, kind, id, title, summary, paper?.title, paper?.authors),
      )
      .map(({ kind, id, title, summary }): Hit => ({ to: `/methods/${kind}/${id}`, title, about: summary })),
    rows: (words === '' ? [] : (rows.data?.items ?? [])).map(
      ({ board, boardTitle: about, row, label, target, outcome }): Hit => ({
        to: `/boards/${board}/rows/${row}`,
        title: t('search.row', { label, target }),
        about: outcome === null ? about : `${about}: ${outcome}`,
      }),
    ),
    submissions: recent.data.items
      .filter(({ label, title, board }) => matches(query, label, title, board))
      .map(
        ({ id, label, title, board }): Hit => ({
          to: `/submissions/${id}`,
          title: title || label,
          about: boardTitle(boards.data?.items, board),
        }),
      ),
  };
  return { error, hits: found };
};

export default function SearchPage() {
  const [query] = useSearchParam('q');
  const { error, hits } = useHits(query ?? '');
  const kinds = ['boards', 'methods', 'rows', 'submissions'] as const;
  const nothing = hits !== null && kinds.every((kind) => hits[kind].length === 0);
  return (
    <Page title={t('search.title')} lede={query ? t('search.for', { query }) : t('search.ask')}>
      {error && <ErrorNote error={error} />}
      {!error && hits === null && <Skeleton rows={6} />}
      {query && nothing && (
        <EmptyNote title={t('search.nothing', { query })}>
          <p>{t('search.nothing.why')}</p>
        </EmptyNote>
      )}
      {query &&
        hits &&
        kinds.map((kind) => <Hits key={kind} title={tn(`search.${kind}`, hits[kind].length)} hits={hits[kind]} />)}
    </Page>
  );
}
