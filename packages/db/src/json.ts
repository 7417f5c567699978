/** JSON as Postgres takes it: it refuses NUL and half a surrogate pair, which a log or a file's names may well have. */
const storable = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\0', '\ufffd').replace(/\p{Surrogate}/gu, '\ufffd') : value;

export const jsonText = (value: unknown): string => JSON.stringify(value, storable);
