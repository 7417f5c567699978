/** Who is signed in, in the header; and the way to the pages of those who look after the server. */
import { useQuery } from '@tanstack/react-query';
import { NavLink } from 'react-router';
import { t } from '../lib/i18n.js';
import { sessionQuery } from '../lib/queries.js';

export const Account = () => {
  const { data } = useQuery(sessionQuery);
  if (!data?.user) {
    return (
      <NavLink to="/sign-in" className="account">
        {t('nav.signIn')}
      </NavLink>
    );
  }
  return (
    <>
      {data.user.scopes.includes('organise') && (
        <NavLink to="/admin" className="account is-narrow">
          {t('nav.admin')}
        </NavLink>
      )}
      <NavLink to="/account" className="account" title={t('account.as', { name: data.user.name })}>
        {data.user.name}
      </NavLink>
    </>
  );
};
