/** One field of the form: label, control, meaning, limits, default and error, tied together for those who cannot see them. */
import { type ReactNode, useId } from 'react';
import { type FieldDescription, limits, rawOf, stepOf } from './fields.js';
import { t } from './words.js';

interface FrameProps {
  readonly label: string;
  readonly help?: ReactNode;
  readonly error: string | undefined;
  readonly path: string;
  readonly children: (control: {
    readonly id: string;
    readonly 'aria-invalid': true | undefined;
    readonly 'aria-describedby': string | undefined;
  }) => ReactNode;
}

export const FieldFrame = ({ label, help, error, path, children }: FrameProps) => {
  const id = useId();
  const described = [...(help ? [`${id}-help`] : []), ...(error ? [`${id}-error`] : [])].join(' ');
  return (
    <div className={error ? 'field is-wrong' : 'field'} data-path={path}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described || undefined })}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {help && (
        <p className="field-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
};

/** The same for a set of choices, which has a legend instead of a label. */
export const FieldSet = ({
  label,
  help,
  error,
  path,
  children,
}: Omit<FrameProps, 'children'> & { readonly children: ReactNode }) => {
  const id = useId();
  return (
    <fieldset
      className={error ? 'field is-wrong' : 'field'}
      data-path={path}
      aria-describedby={help ? `${id}-help` : undefined}
    >
      <legend>{label}</legend>
      <div className="choices">{children}</div>
      {error && <p className="field-error">{error}</p>}
      {help && (
        <p className="field-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </fieldset>
  );
};

interface SchemaFieldProps {
  readonly field: FieldDescription;
  readonly path: string;
  readonly raw: string | undefined;
  readonly error: string | undefined;
  readonly onChange: (raw: string) => void;
}

const Control = ({ field, raw, onChange, ...aria }: Omit<SchemaFieldProps, 'path' | 'error'> & { id: string }) => {
  const value = raw ?? rawOf(field.default);
  if (field.type === 'boolean') {
    return (
      <input
        type="checkbox"
        checked={value === 'true'}
        onChange={(event) => onChange(String(event.target.checked))}
        {...aria}
      />
    );
  }
  if (field.type === 'choice') {
    return (
      <select value={value} onChange={(event) => onChange(event.target.value)} {...aria}>
        {field.default === null && <option value="">{t('field.auto')}</option>}
        {field.choices?.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      type="number"
      inputMode={field.type === 'integer' ? 'numeric' : 'decimal'}
      step={stepOf(field)}
      min={field.min}
      max={field.max}
      value={value}
      placeholder={field.default === null ? t('field.auto') : rawOf(field.default)}
      onChange={(event) => onChange(event.target.value)}
      {...aria}
    />
  );
};

/** A field made from a description: a method's parameter, or a part of the recipe. */
export const SchemaField = ({ field, path, error, ...control }: SchemaFieldProps) => {
  const standard = field.default === null ? t('field.auto') : rawOf(field.default);
  const help = [field.meaning, limits(field), t('field.default', { value: standard })].filter(Boolean).join(' ');
  return (
    <FieldFrame label={field.title} help={help} error={error} path={path}>
      {(aria) => <Control field={field} {...control} {...aria} />}
    </FieldFrame>
  );
};
