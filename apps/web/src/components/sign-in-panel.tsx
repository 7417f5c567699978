/** Asks for the owner's key and signs in with it; used where a page cannot go on without. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, api } from '../lib/api.js';
import { t } from '../lib/i18n.js';
import { sessionQuery } from '../lib/queries.js';

/** Links jump to the field by this name. */
const id = 'owner-key';

export const SignInPanel = ({ onDone }: { readonly onDone?: () => void }) => {
  const client = useQueryClient();
  const [key, setKey] = useState('');
  const signIn = useMutation({
    mutationFn: api.signIn,
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      onDone?.();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== '') signIn.mutate(key.trim());
  };
  const error = signIn.error instanceof ApiError ? signIn.error.problem.detail : signIn.error?.message;
  return (
    <form className="sign-in" onSubmit={submit}>
      <h2>{t('signIn.heading')}</h2>
      <p>{t('signIn.where')}</p>
      <pre>
        <code>cat $TOPIARY_HOME/owner.key</code>
      </pre>
      <label htmlFor={id}>{t('signIn.key')}</label>
      <div className="inline-field">
        <input
          id={id}
          type="password"
          autoComplete="current-password"
          value={key}
          onChange={(event) => setKey(event.target.value)}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
        />
        <button type="submit" className="button" disabled={signIn.isPending}>
          {t('signIn.go')}
        </button>
      </div>
      {error && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
      <p className="muted">{t('signIn.link')}</p>
    </form>
  );
};
