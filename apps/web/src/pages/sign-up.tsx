/** Makes an account; where sign-up is not open, with the invite that the address carries. */
import { useMutation, useQuery } from '@tanstack/react-query';
import type { SignInWays } from '@topiary/contracts';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { ErrorNote, Note } from '../components/notes.js';
import { Page } from '../components/page.js';
import { useSignedIn } from '../components/sign-in-panel.js';
import { Skeleton } from '../components/skeleton.js';
import { fieldErrors } from '../components/text-field.js';
import { EmailField, NameField, NewPasswordField } from '../features/account/fields.js';
import { t } from '../features/account/words.js';
import { accountApi, waysQuery } from '../lib/account-api.js';

interface Props {
  readonly ways: SignInWays;
  readonly invite: string | null;
  /** A page of this site. */
  readonly next: string;
}

/** Of the address: a path of this site, never another one's. */
const nextIn = (search: URLSearchParams): string => {
  const next = search.get('next') ?? '';
  return /^\/(?![/\\])/.test(next) ? next : '/account';
};

const Form = ({ ways, invite, next }: Props) => {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const done = useSignedIn(() => navigate(next));
  const signUp = useMutation({
    mutationFn: () => accountApi.signUp({ name, email, password, ...(invite === null ? {} : { invite }) }),
    onSuccess: done,
  });
  const errors = fieldErrors(signUp.error, ['name', 'email', 'password']);
  return (
    <form
      className="narrow-form"
      onSubmit={(event) => {
        event.preventDefault();
        signUp.mutate();
      }}
    >
      <NameField value={name} onChange={setName} error={errors.of('name')} />
      <EmailField autoComplete="username" value={email} onChange={setEmail} error={errors.of('email')} />
      <NewPasswordField
        label={t('signIn.password')}
        ways={ways}
        value={password}
        onChange={setPassword}
        error={errors.of('password')}
      />
      {errors.other && <ErrorNote error={errors.other} />}
      <button type="submit" className="button" disabled={signUp.isPending}>
        {t('signUp.go')}
      </button>
    </form>
  );
};

const Body = ({ ways, invite, next }: Props) => {
  if (ways.signUp === 'closed') return <Note tone="warn" title={t('signUp.closed')} />;
  if (ways.signUp === 'invite' && invite === null)
    return (
      <Note tone="warn" title={t('signUp.needsInvite')}>
        <p>{t('signUp.needsInvite.text')}</p>
      </Note>
    );
  return <Form ways={ways} invite={invite} next={next} />;
};

export default function SignUpPage() {
  const { data, error, refetch } = useQuery(waysQuery);
  const [search] = useSearchParams();
  return (
    <Page title={t('signUp.title')} lede={t('signUp.lede')}>
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton rows={4} />}
      {data && <Body ways={data} invite={search.get('invite')} next={nextIn(search)} />}
      <p className="below">
        {t('signUp.already')} <Link to="/sign-in">{t('signIn.go')}</Link>
      </p>
    </Page>
  );
}
