/** Signs in: with e-mail and password, at a provider, or with a key. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { Note } from '../components/notes.js';
import { Page } from '../components/page.js';
import { SignInPanel } from '../components/sign-in-panel.js';
import { t } from '../features/account/words.js';
import { sessionQuery } from '../lib/queries.js';

export default function SignInPage() {
  const navigate = useNavigate();
  const { data } = useQuery(sessionQuery);
  const [search] = useSearchParams();
  return (
    <Page title={t('signIn.title')} lede={t('signIn.lede')}>
      {search.has('expired') && !data?.user && <Note tone="warn" title={t('signIn.expired')} />}
      {search.has('error') && !data?.user && (
        <Note tone="bad" title={t('signIn.providerFailed')}>
          <p>{t('signIn.providerFailed.text')}</p>
        </Note>
      )}
      {data?.user ? (
        <p>
          {t('account.as', { name: data.user.name })}. <Link to="/submit">{t('home.submit')}</Link>
        </p>
      ) : (
        <SignInPanel onDone={() => navigate('/')} />
      )}
    </Page>
  );
}
