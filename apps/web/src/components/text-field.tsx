/** One line of text to fill in: its label, what helps, and what was wrong with it, which a screen reader hears, too. */
import type { Problem } from '@topiary/contracts';
import { useId } from 'react';
import { ApiError } from '../lib/api.js';
import { t } from '../lib/i18n.js';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Links jump to the field by this name. */
  readonly id?: string;
  readonly type?: 'text' | 'email' | 'password' | 'search';
  readonly autoComplete?: string;
  readonly help?: string | undefined;
  readonly error?: string | null | undefined;
  readonly required?: boolean;
  readonly minLength?: number | undefined;
  readonly maxLength?: number;
}

export const TextField = ({ label, value, onChange, type = 'text', help, error, id, ...rest }: Props) => {
  const own = useId();
  const name = id ?? own;
  const described = [help && `${name}-help`, error && `${name}-error`].filter(Boolean).join(' ');
  return (
    <div className={error ? 'field is-wrong' : 'field'}>
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        type={type}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        {...rest}
      />
      {help && (
        <p id={`${name}-help`} className="field-help">
          {help}
        </p>
      )}
      {error && (
        <p id={`${name}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
};

/** Of a field that does not fit the schema, what the schema says; else what was expected in its place. */
const sentenceOf = ({ code, detail, expected, got }: Problem): string => {
  if (code === 'TOPIARY_API_VALIDATION' && got?.includes(': ')) return got.slice(got.indexOf(': ') + 2);
  return expected && got ? t('field.expected', { expected, got }) : detail;
};

/** What the server says of one field of the form; `other` is what it says of none of them. */
export const fieldErrors = <F extends string>(error: Error | null, fields: readonly F[]) => {
  const problem = error instanceof ApiError ? error.problem : null;
  const field = fields.find((name) => problem?.where === `body ${name}`);
  const text = problem === null ? (error?.message ?? null) : sentenceOf(problem);
  const of = (name: F): string | null => (field === name ? text : null);
  return { of, other: field === undefined ? error : null };
};
