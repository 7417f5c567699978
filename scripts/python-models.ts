/**
 * The Python client's types: `TypedDict`s of what `python/` reads and writes, from the API's OpenAPI document.
 * Command: npm run python-models (the set-up has written `dist/openapi.json`); a test compares the file with the document.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
export const MODELS = join(root, 'python/src/topiary/models.py');

/** A schema of the document, as far as it is used here (JSON Schema, 2020-12). */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

export interface Described {
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** Where the client begins; whatever they refer to follows. */
const WANTED = ['Board', 'CreateSubmissionInput', 'Leaderboard', 'Problem', 'Row', 'Submission', 'Upload', 'Verdict'];

const SIMPLE: Readonly<Record<string, string>> = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  null: 'None',
};

/** Names that a class body cannot hold. */
const KEYWORDS = new Set(['from', 'class', 'in', 'is', 'not', 'and', 'or', 'for', 'import', 'pass', 'global', 'with']);

const capital = (text: string): string =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');

const literal = (values: readonly unknown[]): string =>
  `Literal[${values.map((value) => (value === null ? 'None' : JSON.stringify(value))).join(', ')}]`;

class Writer {
  readonly #schemas: Readonly<Record<string, Schema>>;
  /** By name, in the order in which they are met; a class follows those that it is made of. */
  readonly #written = new Map<string, string>();

  constructor(schemas: Readonly<Record<string, Schema>>) {
    this.#schemas = schemas;
  }

  /** The Python type of a schema; an object without a name gets one made of where it stands. */
  type(schema: Schema, place: string): string {
    if (schema.$ref) return this.named(schema.$ref.split('/').at(-1)!);
    if ('const' in schema) return literal([schema.const]);
    if (schema.enum) return literal(schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return this.#union(choices, place);
    if (Array.isArray(schema.type)) return schema.type.map((type) => SIMPLE[type] ?? 'Any').join(' | ');
    if (schema.type === 'array') return `list[${schema.items ? this.type(schema.items, `${place}Item`) : 'Any'}]`;
    if (schema.properties) return this.#object(schema, place);
    if (schema.type === 'object') {
      const values = schema.additionalProperties;
      const isOpen = typeof values !== 'object' || Object.keys(values).length === 0;
      return `dict[str, ${isOpen ? 'Any' : this.type(values, `${place}Value`)}]`;
    }
    return SIMPLE[String(schema.type)] ?? 'Any';
  }

  named(name: string): string {
    if (this.#written.has(name)) return name;
    const schema = this.#schemas[name];
    if (schema === undefined) throw new Error(`the document has no schema ${name}`);
    this.#written.set(name, '');
    const type = this.type(schema, name);
    if (type !== name) {
      this.#written.delete(name);
      this.#written.set(name, `${name} = ${type}`);
    }
    return name;
  }

  text(): string {
    return [...this.#written.values()].join('\n\n\n');
  }

  #union(choices: readonly Schema[], place: string): string {
    const kinds = choices.map((choice, i) => {
      const kind = choice.properties?.['kind']?.const;
      const own = typeof kind === 'string' ? capital(kind) : choices.length > 2 ? String(i + 1) : '';
      return this.type(choice, `${place}${own}`);
    });
    return kinds.join(' | ');
  }

  #object({ properties = {}, required = [] }: Schema, place: string): string {
    const fields = Object.entries(properties).map(([key, schema]) => {
      const type = this.type(schema, `${place}${capital(key)}`);
      return { key, type: required.includes(key) ? type : `NotRequired[${type}]` };
    });
    const isPlain = fields.every(({ key }) => /^[A-Za-z_]\w*$/.test(key) && !KEYWORDS.has(key));
    const body = isPlain
      ? `class ${place}(TypedDict):\n${fields.map(({ key, type }) => `    ${key}: ${type}`).join('\n')}`
      : `${place} = TypedDict(\n    "${place}",\n    {${fields.map(({ key, type }) => `${JSON.stringify(key)}: "${type}"`).join(', ')}},\n)`;
    this.#written.delete(place);
    this.#written.set(place, body);
    return place;
  }
}

/** The text of `models.py`. Throws where the document lacks a schema that the client needs. */
export const pythonModels = ({ components }: Described): string => {
  const writer = new Writer(components?.schemas ?? {});
  for (const name of WANTED) writer.named(name);
  return `"""What the server says and takes. Made from its OpenAPI document by scripts/python-models.ts: do not edit."""
# fmt: off
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from typing_extensions import NotRequired


${writer.text()}
`;
};

if (process.argv[1] === import.meta.filename) {
  const { describedApi } = await import('./openapi-of.js');
  writeFileSync(MODELS, pythonModels((await describedApi()) as unknown as Described));
}
