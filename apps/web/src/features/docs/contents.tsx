/** The list of documents, beside each of them. */

import pages from 'virtual:docs';
import { NavLink } from 'react-router';
import { translator } from '../../lib/i18n.js';
import { docs } from '../../messages/en/docs.js';

const t = translator(docs);

export const Contents = () => (
  <nav className="doc-contents" aria-label={t('docs.pages')}>
    <ul>
      {pages.map(({ id, title }) => (
        <li key={id}>
          <NavLink to={`/docs/${id}`}>{title}</NavLink>
        </li>
      ))}
      <li>
        <a href="/docs/api">{t('docs.reference')}</a>
      </li>
    </ul>
  </nav>
);
