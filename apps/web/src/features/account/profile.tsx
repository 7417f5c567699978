/** Name and e-mail address of the person who is signed in. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { OwnAccount } from '@topiary/contracts';
import { useState } from 'react';
import { Link } from 'react-router';
import { ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { fieldErrors } from '../../components/text-field.js';
import { accountApi, accountQuery } from '../../lib/account-api.js';
import { formatDate } from '../../lib/format.js';
import { sessionQuery } from '../../lib/queries.js';
import { EmailField, NameField } from './fields.js';
import { t } from './words.js';

export const Profile = ({ account }: { readonly account: OwnAccount }) => {
  const client = useQueryClient();
  const [name, setName] = useState(account.name);
  const [email, setEmail] = useState(account.email);
  const save = useMutation({
    mutationFn: () =>
      accountApi.change({
        ...(name === account.name ? {} : { name }),
        ...(email === account.email ? {} : { email }),
      }),
    onSuccess: (changed) => {
      client.setQueryData(accountQuery.queryKey, changed);
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const errors = fieldErrors(save.error, ['name', 'email']);
  const isSame = name === account.name && email === account.email;
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
