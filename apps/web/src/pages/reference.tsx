/** The API's reference, from the document that the server writes about itself. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useLocation } from 'react-router';
import { ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { Skeleton } from '../components/skeleton.js';
import { type ApiDocument, chaptersOf } from '../features/reference/document.js';
import { Fields } from '../features/reference/fields.js';
import { RoutePart } from '../features/reference/route.js';
import { t } from '../features/reference/words.js';
import { documentQuery } from '../lib/reference-api.js';

/** What the address points to is there only after the document is. */
const useTarget = (loaded: boolean): string => {
  const { hash } = useLocation();
  const target = decodeURIComponent(hash.slice(1));
  useEffect(() => {
    const found = loaded && target ? document.getElementById(target) : null;
    if (found instanceof HTMLDetailsElement) found.open = true;
    found?.scrollIntoView();
  }, [target, loaded]);
  return target;
};

const Contents = ({ document }: { readonly document: ApiDocument }) => {
  const target = useTarget(true);
  return (
    <div className="reference">
      <nav aria-label={t('reference.routes')} className="reference-chapters">
        {chaptersOf(document).map(({ name }) => (
          <a key={name} href={`#${name}`}>
            {name}
          </a>
        ))}
        <a href="#schemas">{t('reference.schemas')}</a>
      </nav>
      <div className="reference-body">
        {chaptersOf(document).map(({ name, description, routes }) => (
          <Section key={name} id={name} title={name}>
            <p className="muted">{description}</p>
            {routes.map((route) => (
              <RoutePart
                key={route.operation.operationId}
                route={route}
                open={target === route.operation.operationId}
              />
            ))}
          </Section>
        ))}
        <Section id="schemas" title={t('reference.schemas')}>
          {Object.entries(document.components.schemas).map(([name, schema]) => (
            <details key={name} className="route" id={`schema-${name}`} open={target === `schema-${name}`}>
              <summary>
                <code className="route-path">{name}</code>{' '}
                {schema.description && <span className="route-summary">{schema.description}</span>}
              </summary>
              <Fields schema={schema} caption={name} />
            </details>
          ))}
        </Section>
      </div>
    </div>
  );
};

export default function ReferencePage() {
  const { data, error, refetch } = useQuery(documentQuery);
  return (
    <Page
      title={t('reference.title')}
      lede={
        <>
          {t('reference.lede')} <a href="/openapi.json">{t('reference.document')}</a>
          {' · '}
          <Link to="/docs/errors">{t('reference.errors')}</Link>
        </>
      }
    >
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton rows={12} />}
      {data && <Contents document={data} />}
    </Page>
  );
}
