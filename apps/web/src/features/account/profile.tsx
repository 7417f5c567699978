/** Name and e-mail address of the person who is signed in. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { OwnAccount } from '@topiary/contracts';
import { useState } from 'react';
import { Link } from 'react-router';
import { ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { fieldErrors, TextField } from '../../components/text-field.js';
import { accountApi, accountQuery } from '../../lib/account-api.js';
import { formatDate } from '../../lib/format.js';
import { sessionQuery } from '../../lib/queries.js';
import { EmailField, NameField } from './fields.js';
import { t } from './words.js';

export const Profile = ({ account }: { readonly account: OwnAccount }) => {
  const client = useQueryClient();
  const [name, setName] = useState(account.name);
  const [email, setEmail] = useState(account.email);
  const [password, setPassword] = useState('');
  const moves = email !== account.email;
  // Whoever finds this page open must not be able to have new passwords sent elsewhere.
  const proves = moves && account.credentials.includes('credential');
  const save = useMutation({
    mutationFn: () =>
      accountApi.change({
        ...(name === account.name ? {} : { name }),
        ...(moves ? { email } : {}),
        ...(proves ? { password } : {}),
      }),
    onSuccess: (changed) => {
      setPassword('');
      client.setQueryData(accountQuery.queryKey, changed);
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const errors = fieldErrors(save.error, ['name', 'email', 'password']);
  const isSame = name === account.name && !moves;
  return (
    <Section title={t('account.profile')} aside={<Link to={`/people/${account.id}`}>{t('account.public')}</Link>}>
      <form
        className="narrow-form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <NameField value={name} onChange={setName} error={errors.of('name')} />
        <EmailField autoComplete="email" value={email} onChange={setEmail} error={errors.of('email')} />
        {proves && (
          <TextField
            label={t('account.password.current')}
            help={t('account.email.proof')}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={setPassword}
            error={errors.of('password')}
          />
        )}
        <p className="byline">
          <span>
            {t('account.role')}: {t(`account.role.${account.role}`)}
          </span>
          <span>
            {t('account.since')} {formatDate(account.createdAt)}
          </span>
        </p>
        {errors.other && <ErrorNote error={errors.other} />}
        <button type="submit" className="button" disabled={isSame || save.isPending}>
          {t('account.save')}
        </button>
        <span role="status" className="said">
          {save.isSuccess && isSame ? t('account.saved') : ''}
        </span>
      </form>
    </Section>
  );
};
