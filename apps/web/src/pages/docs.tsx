/** What there is to read. */

import pages from 'virtual:docs';
import { Link, Navigate, useLocation } from 'react-router';
import { Page } from '../components/page.js';
import { translator } from '../lib/i18n.js';
import { docs } from '../messages/en/docs.js';

const t = translator(docs);

/** Chapters of the page `/guide`, which these documents replace. */
const FORMER: Readonly<Record<string, string>> = {
  '#host': '/docs/self-hosting',
  '#data': '/docs/self-hosting#data-sets-and-closed-boards',
  '#import': '/docs/self-hosting#a-board-for-your-own-network',
  '#errors': '/docs/api-cookbook#errors',
};

export default function DocsPage() {
  const { pathname, hash } = useLocation();
  if (pathname === '/guide') return <Navigate to={FORMER[hash] ?? '/docs'} replace />;
  return (
    <Page title={t('docs.title')} lede={t('docs.lede')}>
      <dl className="doc-list">
        {pages.map(({ id, title, summary }) => (
          <div key={id}>
            <dt>
              <Link to={`/docs/${id}`}>{title}</Link>
            </dt>
            <dd>{summary}</dd>
          </div>
        ))}
        <div>
          <dt>
            <a href="/docs/api">{t('docs.reference')}</a>
          </dt>
          <dd>{t('docs.reference.text')}</dd>
        </div>
      </dl>
    </Page>
  );
}
