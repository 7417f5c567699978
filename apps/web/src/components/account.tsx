/** Who is signed in, in the header. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { NavLink } from 'react-router';
import { api } from '../lib/api.js';
import { t } from '../lib/i18n.js';
import { sessionQuery } from '../lib/queries.js';

export const Account = () => {
  const client = useQueryClient();
  const { data } = useQuery(sessionQuery);
  const signOut = useMutation({
    mutationFn: api.signOut,
    onSuccess: () => client.setQueryData(sessionQuery.queryKey, { user: null }),
  });
  if (!data?.user) {
    return (
      <NavLink to="/sign-in" className="account">
        {t('nav.signIn')}
      </NavLink>
    );
  }
  return (
    <button
      type="button"
      className="account link"
      onClick={() => signOut.mutate()}
      title={t('account.as', { name: data.user.name })}
    >
      {t('nav.signOut')}
    </button>
  );
};
