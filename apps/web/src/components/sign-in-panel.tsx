/** Signs in: with e-mail and password, at a provider, or with a key; used where a page cannot go on without. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Session } from '@topiary/contracts';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { t } from '../features/account/words.js';
import { accountApi, waysQuery } from '../lib/account-api.js';
import { sessionQuery } from '../lib/queries.js';
import { Code } from './copy.js';
import { ErrorNote } from './notes.js';
import { fieldErrors, TextField } from './text-field.js';

interface Props {
  readonly onDone?: (() => void) | undefined;
}

/** What is known of a person goes with the last one. */
export const useSignedIn = (onDone?: () => void) => {
  const client = useQueryClient();
  return (session: Session) => {
    client.removeQueries({ queryKey: ['account'] });
    client.removeQueries({ queryKey: ['admin'] });
    client.setQueryData(sessionQuery.queryKey, session);
    onDone?.();
  };
};

const Reset = ({ email }: { readonly email: string }) => {
  const { data: ways } = useQuery(waysQuery);
  const reset = useMutation({ mutationFn: () => accountApi.mailReset(email) });
  if (!ways?.resetByMail) return <p className="field-help">{t('signIn.forgot')}</p>;
  if (reset.isSuccess) return <p role="status">{t('signIn.mailed')}</p>;
  return (
    <>
      <button type="button" className="link" disabled={email === ''} onClick={() => reset.mutate()}>
        {t('signIn.forgotMail')}
      </button>
      {reset.error && <ErrorNote error={reset.error} />}
    </>
  );
};

const Form = ({ go, onSubmit, busy, children }: FormProps) => (
  <form
    className="sign-in"
    onSubmit={(event: FormEvent) => {
      event.preventDefault();
      onSubmit();
    }}
  >
    {children}
    <button type="submit" className="button" disabled={busy}>
      {go}
    </button>
  </form>
);

interface FormProps {
  readonly go: string;
  readonly busy: boolean;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

const WithPassword = ({ onDone }: Props) => {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({ mutationFn: accountApi.signIn, onSuccess: useSignedIn(onDone) });
  const errors = fieldErrors(signIn.error, ['email', 'password']);
  return (
    <Form go={t('signIn.go')} busy={signIn.isPending} onSubmit={() => signIn.mutate({ email, password })}>
      <h2>{t('signIn.withEmail')}</h2>
      <TextField
        label={t('signIn.email')}
        id="sign-in"
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={setEmail}
        error={errors.of('email')}
      />
      <TextField
        label={t('signIn.password')}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={setPassword}
        error={errors.of('password')}
      />
      {errors.other && <ErrorNote error={errors.other} />}
      <Reset email={email} />
    </Form>
  );
};

const WithKey = ({ onDone }: Props) => {
  const [key, setKey] = useState('');
  const signIn = useMutation({ mutationFn: accountApi.signIn, onSuccess: useSignedIn(onDone) });
  const errors = fieldErrors(signIn.error, ['key']);
  return (
    <Form go={t('signIn.go')} busy={signIn.isPending} onSubmit={() => signIn.mutate({ key: key.trim() })}>
      <h2>{t('signIn.withKey')}</h2>
      <p>{t('signIn.withKey.text')}</p>
      <Code text="cat $TOPIARY_HOME/owner.key" label={t('signIn.key')} />
      <TextField
        label={t('signIn.key')}
        id="owner-key"
        type="password"
        autoComplete="off"
        required
        value={key}
        onChange={setKey}
        error={errors.of('key')}
      />
      {errors.other && <ErrorNote error={errors.other} />}
      <p className="field-help">{t('signIn.link')}</p>
    </Form>
  );
};

const Providers = () => {
  const { data: ways } = useQuery(waysQuery);
  const go = useMutation({
    mutationFn: accountApi.provider,
    onSuccess: ({ url }) => window.location.assign(url),
  });
  if (!ways?.providers.length) return null;
  return (
    <p className="choices">
      {ways.providers.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          className="button is-quiet"
          disabled={go.isPending}
          onClick={() => go.mutate(id)}
        >
          {t('signIn.with', { title })}
        </button>
      ))}
      {go.error && <ErrorNote error={go.error} />}
    </p>
  );
};

/** Whoever signs up on the way somewhere goes on from there; the page of signing in is no such place. */
const signUpPath = (from: string): string =>
  from.startsWith('/sign-in') ? '/sign-up' : `/sign-up?next=${encodeURIComponent(from)}`;

const Newcomers = () => {
  const { data: ways } = useQuery(waysQuery);
  const { pathname, search } = useLocation();
  if (!ways) return null;
  if (ways.signUp === 'closed') return <p className="newcomers">{t('signIn.closed')}</p>;
  if (ways.signUp === 'invite') return <p className="newcomers">{t('signIn.invite')}</p>;
  return (
    <p className="newcomers">
      {t('signIn.open')} <Link to={signUpPath(`${pathname}${search}`)}>{t('signIn.signUp')}</Link>
    </p>
  );
};

export const SignInPanel = ({ onDone }: Props) => (
  <>
    <Newcomers />
    <Providers />
    <div className="two-columns">
      <WithPassword onDone={onDone} />
      <WithKey onDone={onDone} />
    </div>
  </>
);
