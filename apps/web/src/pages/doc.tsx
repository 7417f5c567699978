/** One document: the others on the left, its chapters on the right, the next one below. */

import pages from 'virtual:docs';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useLocation, useParams } from 'react-router';
import { EmptyNote, ErrorNote } from '../components/notes.js';
import { Page } from '../components/page.js';
import { Skeleton } from '../components/skeleton.js';
import { Contents } from '../features/docs/contents.js';
import { Parts } from '../features/docs/parts.js';
import { translator } from '../lib/i18n.js';
import { docs } from '../messages/en/docs.js';

const t = translator(docs);

/** The text comes after the frame: the place in the address is looked for again. */
const useAnchor = (isThere: boolean) => {
  const { hash } = useLocation();
  useEffect(() => {
    if (isThere && hash) document.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView();
  }, [isThere, hash]);
};

export default function DocPageView() {
  const { page: id } = useParams();
  const place = pages.findIndex((page) => page.id === id);
  const entry = pages[place];
  const { data, error } = useQuery({
    queryKey: ['docs', id],
    queryFn: async () => (await entry!.load()).default,
    enabled: entry !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useAnchor(data !== undefined);
  if (entry === undefined)
    return (
      <Page title={t('docs.none')}>
        <EmptyNote title={t('docs.none.why')}>
          <Link to="/docs">{t('docs.title')}</Link>
        </EmptyNote>
      </Page>
    );
  const next = pages[place + 1];
  const previous = pages[place - 1];
  return (
    <Page title={entry.title} lede={entry.summary} above={<Link to="/docs">{t('docs.title')}</Link>} wide>
      <div className="doc-split">
        <Contents />
        <div className="doc-text">
          {error && <ErrorNote error={error} />}
          {!error && !data && <Skeleton rows={12} />}
          {data && <Parts parts={data.parts} />}
          <nav className="doc-turn" aria-label={t('docs.pages')}>
            {previous && <Link to={`/docs/${previous.id}`}>{t('docs.previous', { title: previous.title })}</Link>}
            {next && <Link to={`/docs/${next.id}`}>{t('docs.next', { title: next.title })}</Link>}
          </nav>
        </div>
        <nav className="doc-chapters" aria-label={t('docs.chapters')}>
          {data && data.chapters.length > 1 && (
            <>
              <p>{t('docs.chapters')}</p>
              <ul>
                {data.chapters.map((chapter) => (
                  <li key={chapter.id}>
                    <a href={`#${chapter.id}`}>{chapter.title}</a>
                  </li>
                ))}
              </ul>
            </>
          )}
        </nav>
      </div>
    </Page>
  );
}
