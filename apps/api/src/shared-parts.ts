/**
 * Of equal parts of many records one is kept: rows of a database come each with copies of the words, hashes and settings that
 * nearly all of them have in common.
 */

/** Of what is met but once, no more than this is held on to. */
const MOST = 4096;

const kept = <T>(known: Map<string, unknown>, key: string, value: T): T => {
  if (known.has(key)) return known.get(key) as T;
  if (known.size >= MOST) known.clear();
  known.set(key, value);
  return value;
};

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

export class SharedParts {
  readonly #words = new Map<string, unknown>();
  /** Lists and records by their text. */
  readonly #wholes = new Map<string, unknown>();

  /** An equal value of JSON, made of parts that others have, too: nobody may write to them. */
  of<T>(value: T): T {
    if (typeof value === 'string') return kept(this.#words, value, value);
    const same = Array.isArray(value)
      ? value.map((one) => this.of(one))
      : isRecord(value)
        ? this.partsOf(value)
        : undefined;
    return same === undefined ? value : kept(this.#wholes, JSON.stringify(same), same as T);
  }

  /** A record of its own, whose parts are shared. A copy that is written over stays a list of values; one made of entries is a table. */
  partsOf<T extends object>(record: T): T {
    const own = { ...record };
    for (const name of Object.keys(own) as (keyof T)[]) own[name] = this.of(own[name]);
    return own;
  }
}
