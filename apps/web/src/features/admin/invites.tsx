/** Invites: links that let one person sign up. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Invite, Role } from '@topiary/contracts';
import { useId, useState } from 'react';
import { EmptyNote, ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { Table } from '../../components/table.js';
import { fieldErrors, TextField } from '../../components/text-field.js';
import { adminApi, invitesQuery } from '../../lib/admin-api.js';
import { formatDate } from '../../lib/format.js';
import { LinkShown } from './link-shown.js';
import { ROLES } from './roles.js';
import { t } from './words.js';

const stateOf = ({ usedAt, revokedAt, expiresAt }: Invite): string => {
  if (usedAt !== null) return t('invites.used');
  if (revokedAt !== null) return t('invites.revoked');
  return Date.parse(expiresAt) <= Date.now() ? t('invites.over') : t('invites.open', { date: formatDate(expiresAt) });
};

const isOpen = ({ usedAt, revokedAt, expiresAt }: Invite): boolean =>
  usedAt === null && revokedAt === null && Date.parse(expiresAt) > Date.now();

const Form = () => {
  const client = useQueryClient();
  const field = useId();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('user');
  const [seen, setSeen] = useState<string | null>(null);
  const create = useMutation({
    mutationFn: () => adminApi.invite({ email: email === '' ? null : email, role }),
    onSuccess: () => {
      setEmail('');
      void client.invalidateQueries({ queryKey: invitesQuery.queryKey });
    },
  });
  const errors = fieldErrors(create.error, ['email']);
  return (
    <>
      {create.data && create.data.url !== seen && (
        <LinkShown
          title={t('link.invite')}
          link={create.data}
          mailedTo={create.data.mailed ? create.data.invite.email : null}
          onDone={() => setSeen(create.data.url)}
        />
      )}
      <form
        className="narrow-form"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <TextField
          label={t('invites.email')}
          help={t('invites.email.help')}
          type="email"
          value={email}
          onChange={setEmail}
          error={errors.of('email')}
        />
        <div className="field">
          <label htmlFor={field}>{t('people.role')}</label>
          <select
            id={field}
            value={role}
            onChange={(event) => setRole(ROLES.find((one) => one === event.target.value) ?? 'user')}
          >
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {t(`account.role.${one}`)}
              </option>
            ))}
          </select>
        </div>
        {errors.other && <ErrorNote error={errors.other} />}
        <button type="submit" className="button" disabled={create.isPending}>
          {t('invites.create')}
        </button>
      </form>
    </>
  );
};

export const Invites = () => {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(invitesQuery);
  const revoke = useMutation({
    mutationFn: adminApi.revokeInvite,
    onSuccess: (list) => client.setQueryData(invitesQuery.queryKey, list),
  });
  return (
    <Section title={t('invites.title')}>
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {revoke.error && <ErrorNote error={revoke.error} />}
      {data?.items.length === 0 && <EmptyNote title={t('invites.none')} />}
      {data && data.items.length > 0 && (
        <Table caption={t('invites.title')} heads={[t('invites.email'), t('people.role'), t('invites.state'), '']}>
          {data.items.map((one) => (
            <tr key={one.id} className={isOpen(one) ? undefined : 'is-over'}>
              <th scope="row">{one.email ?? t('invites.anybody')}</th>
              <td>{t(`account.role.${one.role}`)}</td>
              <td>{stateOf(one)}</td>
              <td>
                {isOpen(one) && (
                  <button
                    type="button"
                    className="button is-quiet is-small"
                    aria-label={t('invites.revokeNamed', { who: one.email ?? t('invites.anybody') })}
                    onClick={() => revoke.mutate(one.id)}
                  >
                    {t('invites.revoke')}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Form />
    </Section>
  );
};
