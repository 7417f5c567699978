/** The OpenAPI document as a reader sees it: operations by tag, and schemas as lines with a name, a type and a meaning. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

export interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

export interface Answer {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Readonly<Record<string, Media>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export interface Chapter {
  readonly name: string;
  readonly description: string;
  readonly routes: readonly Route[];
}

/** Chapters in the order of the document's tags, routes in the order of the document. */
export const chaptersOf = ({ tags, paths }: ApiDocument): Chapter[] => {
  const routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return tags
    .map((tag) => ({ ...tag, routes: routes.filter(({ operation }) => operation.tags[0] === tag.name) }))
    .filter(({ routes: found }) => found.length > 0);
};

/** The name of a schema that is described on its own. */
export const refName = ({ $ref }: Schema): string | null => $ref?.split('/').at(-1) ?? null;

const choices = (schema: Schema): readonly Schema[] => schema.anyOf ?? schema.oneOf ?? [];

/** A schema in a few words: `integer`, `list of Row`, `"cpu" | "gpu"`, `string or null`. */
export const typeText = (schema: Schema): string => {
  const name = refName(schema);
  if (name !== null) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const among = choices(schema);
  if (among.length > 0) return [...new Set(among.map(typeText))].join(' or ');
  if (schema.type === 'array') return `list of ${schema.items ? typeText(schema.items) : 'anything'}`;
  if (schema.type === 'object' && schema.additionalProperties && typeof schema.additionalProperties === 'object')
    return `map to ${typeText(schema.additionalProperties)}`;
  const types = [schema.type ?? 'anything'].flat();
  return types.join(' or ');
};

const bounds = ({ minimum, maximum, minLength, maxLength }: Schema): string | null => {
  if (minimum !== undefined && maximum !== undefined && Math.abs(maximum) < Number.MAX_SAFE_INTEGER)
    return `${minimum} to ${maximum}`;
  if (minimum !== undefined && minimum > -Number.MAX_SAFE_INTEGER) return `at least ${minimum}`;
  if (minLength !== undefined && maxLength !== undefined) return `${minLength} to ${maxLength} characters`;
  return maxLength === undefined ? null : `at most ${maxLength} characters`;
};

/** What a reader must know beside the type: range, format, what stands in when nothing is said. */
export const remarks = (schema: Schema): string[] => {
  const isPlain = schema.default !== undefined && typeof schema.default !== 'object';
  return [bounds(schema), schema.format ?? null, isPlain ? `default ${JSON.stringify(schema.default)}` : null].filter(
    (text) => text !== null,
  );
};

export interface Field {
  /** With the names of what it lies in: `queue.position`. */
  readonly name: string;
  readonly type: string;
  readonly ref: string | null;
  readonly required: boolean;
  readonly description: string;
  readonly remarks: readonly string[];
}

/** Objects inside of objects are written out so deep. */
const DEEPEST = 3;

/** The object that a schema is, or holds one or many of; null where it is none, or has a name of its own. */
const objectIn = (schema: Schema): Schema | null => {
  if (schema.$ref) return null;
  if (schema.properties) return schema;
  if (schema.items) return objectIn(schema.items);
  return (
    choices(schema)
      .map(objectIn)
      .find((found) => found !== null) ?? null
  );
};

/** The schema with a name that a type leads to. */
const leadsTo = (schema: Schema): string | null => {
  if (schema.$ref) return refName(schema);
  const inner = [...(schema.items ? [schema.items] : []), ...choices(schema)];
  return inner.map(leadsTo).find((found) => found !== null) ?? null;
};

export const fieldsOf = (schema: Schema, prefix = '', depth = 0): Field[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const inner = depth < DEEPEST ? objectIn(field) : null;
    const path = `${prefix}${name}`;
    const own: Field = {
      name: path,
      type: typeText(field),
      ref: leadsTo(field),
      required: schema.required?.includes(name) ?? false,
      description: field.description ?? '',
      remarks: remarks(field),
    };
    const many = field.type === 'array' ? '[]' : '';
    return inner ? [own, ...fieldsOf(inner, `${path}${many}.`, depth + 1)] : [own];
  });

/** The alternatives of a schema, each an object of its own; one where there is no choice. */
export const shapesOf = (schema: Schema): readonly Schema[] => {
  const among = choices(schema).filter(({ properties }) => properties !== undefined);
  return among.length > 0 ? among : [schema];
};

const curlBody = (media: Media | undefined): string =>
  media?.example === undefined
    ? ''
    : ` \\\n  -H 'content-type: application/json' -d '${JSON.stringify(media.example)}'`;

/** A command that asks for it, with the names of what is in the address in capitals. */
export const curlOf = (origin: string, { method, path, operation }: Route): string => {
  const where = `${origin}${path.replace(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase())}`;
  const content = operation.requestBody?.content ?? {};
  const key = operation.security.some((one) => 'key' in one) ? ` \\\n  -H "authorization: Bearer $TOPIARY_KEY"` : '';
  const file = content['application/octet-stream']
    ? " \\\n  -H 'content-type: application/octet-stream' --data-binary @net.onnx"
    : '';
  const verb = method === 'GET' ? '' : ` -X ${method}`;
  return `curl${verb} ${where}${key}${curlBody(content['application/json'])}${file}`;
};
