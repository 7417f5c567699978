/** Makes a key: what it is for, what it may do, and when it ends. */
import { useMutation } from '@tanstack/react-query';
import type { CreatedKey, KeyScope } from '@topiary/contracts';
import { useId, useState } from 'react';
import { ErrorNote } from '../../components/notes.js';
import { fieldErrors, TextField } from '../../components/text-field.js';
import { accountApi } from '../../lib/account-api.js';
import { t } from './words.js';

const SCOPES = ['read', 'submit', 'admin'] as const satisfies readonly KeyScope[];
const DAYS = [30, 90, 365] as const;

export const KeyForm = ({ onCreated }: { readonly onCreated: (key: CreatedKey) => void }) => {
  const expires = useId();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly KeyScope[]>(['read', 'submit']);
  const [days, setDays] = useState('90');
  const create = useMutation({
    mutationFn: () =>
      accountApi.createKey({ name, scopes: [...scopes], expiresInDays: days === '' ? null : Number(days) }),
    onSuccess: (key) => {
      setName('');
      onCreated(key);
    },
  });
  const errors = fieldErrors(create.error, ['name', 'scopes']);
  const toggle = (scope: KeyScope) =>
    setScopes(scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope]);
  return (
    <form
      className="narrow-form"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <h3>{t('keys.create')}</h3>
      <TextField
        label={t('keys.name')}
        help={t('keys.name.help')}
        required
        maxLength={80}
        value={name}
        onChange={setName}
        error={errors.of('name')}
      />
      <fieldset className={errors.of('scopes') ? 'field is-wrong' : 'field'}>
        <legend>{t('keys.scopes')}</legend>
        {SCOPES.map((scope) => (
          <label key={scope} className="choice is-line">
            <input type="checkbox" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />
            {t(`keys.scope.${scope}`)}
          </label>
        ))}
        {errors.of('scopes') && (
          <p className="field-error" role="alert">
            {errors.of('scopes')}
          </p>
        )}
      </fieldset>
      <div className="field">
        <label htmlFor={expires}>{t('keys.expires')}</label>
        <select id={expires} value={days} onChange={(event) => setDays(event.target.value)}>
          {DAYS.map((n) => (
            <option key={n} value={n}>
              {t('keys.days', { n })}
            </option>
          ))}
          <option value="">{t('keys.never')}</option>
        </select>
      </div>
      {errors.other && <ErrorNote error={errors.other} />}
      <button type="submit" className="button" disabled={create.isPending || scopes.length === 0}>
        {t('keys.create')}
      </button>
    </form>
  );
};
