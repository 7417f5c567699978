/** The keys of the person who is signed in: made (and shown once), listed, revoked. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ApiKey, CreatedKey } from '@topiary/contracts';
import { useState } from 'react';
import { Code } from '../../components/copy.js';
import { Ago } from '../../components/figures.js';
import { EmptyNote, ErrorNote, Note } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { Skeleton } from '../../components/skeleton.js';
import { Table } from '../../components/table.js';
import { accountApi, keysQuery } from '../../lib/account-api.js';
import { formatDate } from '../../lib/format.js';
import { KeyForm } from './key-form.js';
import { t } from './words.js';

const Shown = ({ created, onKept }: { readonly created: CreatedKey; readonly onKept: () => void }) => (
  <div role="status">
    <Note tone="good" title={t('keys.created')}>
      <p>{t('keys.created.text')}</p>
      <Code text={created.key} label={t('keys.created')} />
      <button type="button" className="button is-quiet is-small" onClick={onKept}>
        {t('keys.keep')}
      </button>
    </Note>
  </div>
);

const stateOf = ({ revokedAt, expiresAt }: ApiKey): 'revoked' | 'ended' | 'works' => {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'ended' : 'works';
};

const Row = ({ apiKey, onRevoke }: { readonly apiKey: ApiKey; readonly onRevoke: () => void }) => {
  const { name, prefix, scopes, lastUsedAt, expiresAt } = apiKey;
  const state = stateOf(apiKey);
  return (
    <tr className={state === 'works' ? undefined : 'is-over'}>
      <th scope="row">{name}</th>
      <td>
        <code>{prefix}…</code>
      </td>
      <td>{scopes.join(', ')}</td>
      <td>{lastUsedAt ? <Ago iso={lastUsedAt} /> : t('keys.neverUsed')}</td>
      <td>{expiresAt ? formatDate(expiresAt) : t('keys.never')}</td>
      <td>{t(`keys.${state}`)}</td>
      <td>
        {state === 'works' && (
          <button
            type="button"
            className="button is-quiet is-small"
            aria-label={t('keys.revokeNamed', { name })}
            onClick={() => window.confirm(t('keys.revoke.sure', { name })) && onRevoke()}
          >
            {t('keys.revoke')}
          </button>
        )}
      </td>
    </tr>
  );
};

export const Keys = () => {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(keysQuery);
  const [created, setCreated] = useState<CreatedKey | null>(null);
  const revoke = useMutation({
    mutationFn: accountApi.revokeKey,
    onSuccess: (list) => client.setQueryData(keysQuery.queryKey, list),
  });
  const heads = ['keys.name', 'keys.begins', 'keys.scopes', 'keys.used', 'keys.expires', 'keys.state'] as const;
  return (
    <Section title={t('keys.title')} id="keys">
      <p className="section-text">{t('keys.text')}</p>
      {created && <Shown created={created} onKept={() => setCreated(null)} />}
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {revoke.error && <ErrorNote error={revoke.error} />}
      {!data && !error && <Skeleton rows={2} />}
      {data?.items.length === 0 && <EmptyNote title={t('keys.none')} />}
      {data && data.items.length > 0 && (
        <Table caption={t('keys.title')} heads={[...heads.map((head) => t(head)), '']}>
          {data.items.map((one) => (
            <Row key={one.id} apiKey={one} onRevoke={() => revoke.mutate(one.id)} />
          ))}
        </Table>
      )}
      <KeyForm
        onCreated={(one) => {
          setCreated(one);
          void client.invalidateQueries({ queryKey: keysQuery.queryKey });
        }}
      />
    </Section>
  );
};
