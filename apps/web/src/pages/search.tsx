/** One search over everything that has a page: boards, methods with their papers, documents, recent submissions. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue } from 'react';
import { Link } from 'react-router';
import { EmptyNote, ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { Skeleton } from '../components/skeleton.js';
import type { DocText } from '../features/docs/page.js';
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

/** The documents' words come with the first search, and with nothing else. */
const docsQuery = {
  queryKey: ['docs-text'],
  queryFn: async (): Promise<readonly DocText[]> => (await import('virtual:docs-text')).default,
  staleTime: Number.POSITIVE_INFINITY,
};

/** Chapters whose words fit; a page whose beginning does stands for itself. */
const docHits = (query: string, pages: readonly DocText[]): Hit[] =>
  pages.flatMap(({ id, title, text, chapters }) => [
    ...(matches(query, title, text) ? [{ to: `/docs/${id}`, title, about: '' }] : []),
    ...chapters
      .filter((chapter) => matches(query, title, chapter.title, chapter.text))
      .map((chapter): Hit => ({ to: `/docs/${id}#${chapter.id}`, title: chapter.title, about: title })),
  ]);

/** What fits, by kind. Null while something is still asked for. */
const useHits = (query: string) => {
  const boards = useQuery(boardsQuery);
  const methods = useQuery(methodsQuery);
  const recent = useQuery(recentQuery);
  const texts = useQuery(docsQuery);
  const words = useDeferredValue(query.trim());
  const rows = useQuery({ ...rowsQuery(words), placeholderData: keepPreviousData });
  const error = boards.error ?? methods.error ?? recent.error ?? texts.error ?? rows.error;
  const isWaiting = words !== '' && !rows.data;
  if (!boards.data || !methods.data || !recent.data || !texts.data || isWaiting) return { error, hits: null };
  const found = {
    boards: boards.data.items
      .filter(({ id, title, model, dataset }) => matches(query, id, title, model, dataset))
      .map(({ id, title, protocol }): Hit => ({ to: `/boards/${id}`, title, about: protocol })),
    methods: methods.data.items
      .filter(({ kind, id, title, summary, paper }) =>
        matches(query, kind, id, title, summary, paper?.title, paper?.authors),
      )
      .map(({ kind, id, title, summary }): Hit => ({ to: `/methods/${kind}/${id}`, title, about: summary })),
    docs: docHits(query, texts.data),
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
  const kinds = ['boards', 'methods', 'rows', 'docs', 'submissions'] as const;
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
