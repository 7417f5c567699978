/** Sets the password of the person who is signed in: the first one, or another one. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { OwnAccount } from '@topiary/contracts';
import { useState } from 'react';
import { ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { fieldErrors, TextField } from '../../components/text-field.js';
import { accountApi, accountQuery, waysQuery } from '../../lib/account-api.js';
import { NewPasswordField } from './fields.js';
import { t } from './words.js';

export const Password = ({ account }: { readonly account: OwnAccount }) => {
  const client = useQueryClient();
  const { data: ways } = useQuery(waysQuery);
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const has = account.credentials.includes('credential');
  const save = useMutation({
    mutationFn: () => accountApi.setPassword(has ? { current, password } : { password }),
    onSuccess: () => {
      setCurrent('');
      setPassword('');
      void client.invalidateQueries({ queryKey: accountQuery.queryKey });
    },
  });
  const errors = fieldErrors(save.error, ['current', 'password']);
  return (
    <Section title={t('account.password')}>
      <form
        className="narrow-form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {has ? (
          <TextField
            label={t('account.password.current')}
            type="password"
            autoComplete="current-password"
            required
            value={current}
            onChange={setCurrent}
            error={errors.of('current')}
          />
        ) : (
          <p className="field">{t('account.password.none')}</p>
        )}
        <NewPasswordField
          label={t('account.password.next')}
          ways={ways}
          value={password}
          onChange={setPassword}
          error={errors.of('password')}
        />
        {errors.other && <ErrorNote error={errors.other} />}
        <button type="submit" className="button" disabled={save.isPending}>
          {t('reset.go')}
        </button>
        <span role="status" className="said">
          {save.isSuccess ? t('account.password.set') : ''}
        </span>
      </form>
    </Section>
  );
};
