/** Fields of an object as a table: name, type, meaning. A type with a description of its own is a link to it. */
import { Table } from '../../components/table.js';
import type { Field, Parameter, Schema } from './document.js';
import { fieldsOf, refName, remarks, shapesOf, typeText } from './document.js';
import { t } from './words.js';

const HEADS = [t('reference.name'), t('reference.type'), t('reference.meaning')];

const TypeOf = ({ type, target }: { readonly type: string; readonly target: string | null }) =>
  target === null ? <code>{type}</code> : <a href={`#schema-${target}`}>{type}</a>;

const Meaning = ({ text, more }: { readonly text: string; readonly more: readonly string[] }) => (
  <>
    {text}
    {more.length > 0 && <span className="muted">{`${text ? ' · ' : ''}${more.join(' · ')}`}</span>}
  </>
);

const Row = ({ name, type, ref: target, required, description, remarks: more }: Field) => (
  <tr>
    <th scope="row">
      <code>{name}</code>
    </th>
    <td>
      <TypeOf type={type} target={target} />
    </td>
    <td>
      <Meaning text={description} more={[...(required ? [t('reference.required')] : []), ...more]} />
    </td>
  </tr>
);

export const Fields = ({ schema, caption }: { readonly schema: Schema; readonly caption: string }) => {
  const name = refName(schema);
  if (name !== null)
    return (
      <p>
        <a href={`#schema-${name}`}>{name}</a>
      </p>
    );
  return (
    <div className="stack">
      {shapesOf(schema).map((shape, i) => {
        const fields = fieldsOf(shape);
        // biome-ignore lint/suspicious/noArrayIndexKey: alternatives have no name and never move
        if (fields.length === 0) return <p key={i}>{typeText(shape)}</p>;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: alternatives have no name and never move
          <Table key={i} caption={caption} heads={HEADS}>
            {fields.map((field) => (
              <Row key={field.name} {...field} />
            ))}
          </Table>
        );
      })}
    </div>
  );
};

const PLACES: Readonly<Record<string, string>> = {
  header: t('reference.in.header'),
  path: t('reference.in.path'),
};

export const Parameters = ({ list }: { readonly list: readonly Parameter[] }) => (
  <Table caption={t('reference.parameters')} heads={HEADS}>
    {list.map(({ name, in: place, description = '', schema = {}, required }) => (
      <tr key={`${place} ${name}`}>
        <th scope="row">
          <code>{name}</code>
        </th>
        <td>
          <code>{typeText(schema)}</code>
        </td>
        <td>
          <Meaning
            text={description}
            more={[
              ...(PLACES[place] ? [PLACES[place]] : []),
              ...(required && place !== 'path' ? [t('reference.required')] : []),
              ...remarks(schema),
            ]}
          />
        </td>
      </tr>
    ))}
  </Table>
);
