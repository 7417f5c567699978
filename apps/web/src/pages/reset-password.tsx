/** Sets a new password with the one-time link that an admin made, or that came by mail. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ErrorNote, Note } from '../components/notes.js';
import { Page } from '../components/page.js';
import { fieldErrors } from '../components/text-field.js';
import { NewPasswordField } from '../features/account/fields.js';
import { t } from '../features/account/words.js';
import { accountApi, waysQuery } from '../lib/account-api.js';

const Form = ({ token }: { readonly token: string }) => {
  const { data: ways } = useQuery(waysQuery);
  const [password, setPassword] = useState('');
  const reset = useMutation({ mutationFn: () => accountApi.reset(token, password) });
  const errors = fieldErrors(reset.error, ['password']);
  if (reset.isSuccess)
    return (
      <div role="status">
        <Note tone="good" title={t('reset.done')}>
          <p>
            <Link to="/sign-in">{t('signIn.go')}</Link>
          </p>
        </Note>
      </div>
    );
  return (
    <form
      className="narrow-form"
      onSubmit={(event) => {
        event.preventDefault();
        reset.mutate();
      }}
    >
      <NewPasswordField
        label={t('reset.password')}
        ways={ways}
        value={password}
        onChange={setPassword}
        error={errors.of('password')}
      />
      {errors.other && <ErrorNote error={errors.other} />}
      <button type="submit" className="button" disabled={reset.isPending}>
        {t('reset.go')}
      </button>
    </form>
  );
};

export default function ResetPasswordPage() {
  const [search] = useSearchParams();
  const token = search.get('token');
  return (
    <Page title={t('reset.title')} lede={t('reset.lede')}>
      {token ? <Form token={token} /> : <Note tone="warn" title={t('reset.missing')} />}
    </Page>
  );
}
