/** Accounts: who has which role, who is let in, and links for those who forgot their password. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Account, ChangeRole } from '@topiary/contracts';
import { useState } from 'react';
import { Link } from 'react-router';
import { EmptyNote, ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { Skeleton } from '../../components/skeleton.js';
import { Table } from '../../components/table.js';
import { TextField } from '../../components/text-field.js';
import { accountsQuery, adminApi } from '../../lib/admin-api.js';
import { formatDate } from '../../lib/format.js';
import { useSearchParam } from '../../lib/url.js';
import { Invites } from './invites.js';
import { LinkShown } from './link-shown.js';
import { ROLES } from './roles.js';
import { t } from './words.js';

const accessOf = ({ erasedAt, disabledAt }: Account): 'erased' | 'disabled' | 'enabled' => {
  if (erasedAt !== null) return 'erased';
  return disabledAt === null ? 'enabled' : 'disabled';
};

interface RowProps {
  readonly account: Account;
  readonly busy: boolean;
  readonly onChange: (change: ChangeRole) => void;
  readonly onReset: () => void;
}

const Row = ({ account, busy, onChange, onReset }: RowProps) => {
  const { id, name, email, role, createdAt } = account;
  const access = accessOf(account);
  const isOn = access === 'enabled';
  return (
    <tr className={isOn ? undefined : 'is-over'}>
      <th scope="row">
        <Link to={`/people/${id}`}>{name}</Link>
      </th>
      <td>{email}</td>
      <td>
        <select
          aria-label={t('people.roleOf', { name })}
          value={role}
          disabled={busy || access === 'erased'}
          onChange={(event) => onChange({ role: ROLES.find((one) => one === event.target.value) })}
        >
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {t(`account.role.${one}`)}
            </option>
          ))}
        </select>
      </td>
      <td>{formatDate(createdAt)}</td>
      <td>{t(`people.${access}`)}</td>
      <td className="actions-cell">
        {access !== 'erased' && (
          <button
            type="button"
            className="button is-quiet is-small"
            aria-label={isOn ? t('people.disableNamed', { name }) : t('people.enableNamed', { name })}
            disabled={busy}
            onClick={() => onChange({ disabled: isOn })}
          >
            {isOn ? t('people.disable') : t('people.enable')}
          </button>
        )}
        {isOn && (
          <button
            type="button"
            className="button is-quiet is-small"
            aria-label={t('people.resetNamed', { name })}
            disabled={busy}
            onClick={onReset}
          >
            {t('people.reset')}
          </button>
        )}
      </td>
    </tr>
  );
};

const HEADS = ['people.name', 'people.email', 'people.role', 'people.since', 'people.access'] as const;

export const People = () => {
  const client = useQueryClient();
  const [search, setSearch] = useSearchParam('search');
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(accountsQuery(search ?? ''));
  const change = useMutation({
    mutationFn: ({ id, ...body }: ChangeRole & { id: string }) => adminApi.change(id, body),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin', 'accounts'] }),
  });
  const reset = useMutation({ mutationFn: adminApi.resetLink });
  const [seen, setSeen] = useState<string | null>(null);
  const items = data?.pages.flatMap((page) => page.items);
  const failed = change.error ?? reset.error;
  return (
    <>
      <Section title={t('people.title')}>
        <div className="narrow-form">
          <TextField label={t('people.search')} type="search" value={search ?? ''} onChange={setSearch} />
        </div>
        {error && <ErrorNote error={error} onRetry={refetch} />}
        {failed && <ErrorNote error={failed} />}
        {reset.data && reset.data.url !== seen && (
          <LinkShown title={t('link.reset')} link={reset.data} onDone={() => setSeen(reset.data.url)} />
        )}
        {!items && !error && <Skeleton rows={5} />}
        {items?.length === 0 && <EmptyNote title={t('people.none')} />}
        {items && items.length > 0 && (
          <Table caption={t('people.title')} heads={[...HEADS.map((head) => t(head)), '']}>
            {items.map((one) => (
              <Row
                key={one.id}
                account={one}
                busy={change.isPending || reset.isPending}
                onChange={(body) => change.mutate({ id: one.id, ...body })}
                onReset={() => reset.mutate(one.email)}
              />
            ))}
          </Table>
        )}
        {hasNextPage && (
          <p className="below">
            <button type="button" className="button is-quiet" onClick={() => void fetchNextPage()}>
              {t('people.more')}
            </button>
          </p>
        )}
      </Section>
      <Invites />
    </>
  );
};
