/** From a parameter schema to form fields and back: what a control looks like, and what was typed into it means. */
import type { ParameterDescription } from '@topiary/contracts';
import { t } from './words.js';

/** A parameter, or a field of the recipe described like one; `null` stands for "decided elsewhere" and is an empty field. */
export type FieldDescription = Omit<ParameterDescription, 'default'> & {
  readonly default: ParameterDescription['default'] | null;
};

export type Value = number | string | boolean | null;
/** What stands in the controls, by field id, as text; absent = untouched. */
export type Raw = Readonly<Record<string, string>>;

export type Read = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly message: string };

export const rawOf = (value: Value): string => (value === null ? '' : String(value));

const range = ({ min, max }: FieldDescription): string | null => {
  if (min !== undefined && max !== undefined) return t('field.between', { min, max });
  if (min !== undefined) return t('field.atLeast', { min });
  return max === undefined ? null : t('field.atMost', { max });
};

/** The limits in words, for help texts. */
export const limits = (field: FieldDescription): string | null =>
  field.type === 'number' || field.type === 'integer' ? range(field) : null;

const readNumber = (field: FieldDescription, raw: string): Read => {
  const value = Number(raw.replace(',', '.'));
  if (!Number.isFinite(value)) return { ok: false, message: t('field.notNumber') };
  if (field.type === 'integer' && !Number.isInteger(value)) return { ok: false, message: t('field.notInteger') };
  const outside = (field.min !== undefined && value < field.min) || (field.max !== undefined && value > field.max);
  return outside ? { ok: false, message: t('field.outside', { range: range(field) ?? '' }) } : { ok: true, value };
};

/** An empty control means the default. */
export const readField = (field: FieldDescription, raw: string | undefined): Read => {
  const text = raw?.trim() ?? '';
  if (text === '') return { ok: true, value: field.default };
  switch (field.type) {
    case 'boolean':
      return { ok: true, value: text === 'true' };
    case 'choice':
      return field.choices?.includes(text)
        ? { ok: true, value: text }
        : { ok: false, message: t('field.notChoice', { list: field.choices?.join(', ') ?? '' }) };
    case 'number':
    case 'integer':
      return readNumber(field, text);
  }
};

/** Only what differs from the defaults, so that the request stays as short as a person would write it. */
export const changed = (
  fields: readonly FieldDescription[],
  raw: Raw,
  path: string,
): { values: Record<string, Exclude<Value, null>>; errors: Record<string, string> } => {
  const values: Record<string, Exclude<Value, null>> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const read = readField(field, raw[field.id]);
    if (!read.ok) errors[`${path}.${field.id}`] = read.message;
    else if (read.value !== field.default && read.value !== null) values[field.id] = read.value;
  }
  return { values, errors };
};

/** The step of a number control: integers count in ones, other numbers take any value. */
export const stepOf = ({ type }: FieldDescription): number | 'any' => (type === 'integer' ? 1 : 'any');
