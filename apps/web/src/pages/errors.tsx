/** Every error code, where the `type` of a problem leads: what it means and who can mend it. */
import { useQuery } from '@tanstack/react-query';
import { Fragment, useEffect } from 'react';
import { useLocation } from 'react-router';
import { Code } from '../components/copy.js';
import { ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { Skeleton } from '../components/skeleton.js';
import { Table } from '../components/table.js';
import { t } from '../features/reference/words.js';
import { errorsQuery } from '../lib/reference-api.js';

const EXAMPLE = {
  type: '/docs/errors#TOPIARY_TRACKS_UNKNOWN_BOARD',
  title: 'No board has this id',
  status: 404,
  code: 'TOPIARY_TRACKS_UNKNOWN_BOARD',
  detail: "board 'resnet': expected an id of GET /api/v1/boards, got none such",
  where: "board 'resnet'",
  expected: 'an id of GET /api/v1/boards',
  got: 'none such',
  requestId: '3f0c9f0e-52a4-4e0e-9f6b-8f1d1d7b7d52',
};

export default function ErrorsPage() {
  const { data, error, refetch } = useQuery(errorsQuery);
  const { hash } = useLocation();
  useEffect(() => {
    if (data) document.getElementById(hash.slice(1))?.scrollIntoView({ block: 'center' });
  }, [data, hash]);
  return (
    <Page title={t('errors.title')} lede={t('errors.lede')}>
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton rows={12} />}
      {data && (
        <Table
          caption={t('errors.title')}
          heads={[t('errors.code'), t('errors.status'), t('errors.what'), t('errors.who')]}
        >
          {data.items.map(({ code, status, title, blame, retry }) => (
            <tr key={code} id={code} className={hash === `#${code}` ? 'is-target' : undefined}>
              <th scope="row">
                <code>
                  {code.split('_').map((part, i) => (
                    <Fragment key={part}>
                      {i > 0 && (
                        <>
                          _<wbr />
                        </>
                      )}
                      {part}
                    </Fragment>
                  ))}
                </code>
              </th>
              <td>{status}</td>
              <td>{title}</td>
              <td>
                {t(`errors.blame.${blame}`)}. {retry && t('errors.retry')}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Section title={t('errors.example')}>
        <Code text={JSON.stringify(EXAMPLE, null, 2)} label={t('errors.example')} />
      </Section>
    </Page>
  );
}
