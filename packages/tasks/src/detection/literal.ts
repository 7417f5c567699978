/**
 * Reads what Python writes with `repr`: numbers, strings, True, False, None, lists, tuples and dictionaries. Exported files
 * carry their facts so. Nothing is ever evaluated.
 */
import { TopiaryError } from '@topiary/errors';

export type Literal = null | boolean | number | string | readonly Literal[] | ReadonlyMap<string | number, Literal>;

/** A text is longer than any list of class names, or deeper, only where somebody means harm. */
const [LONGEST, DEEPEST] = [200_000, 16];

const WORDS: Readonly<Record<string, null | boolean>> = { None: null, True: true, False: false };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };
const CLOSES: Readonly<Record<string, string>> = { '[': ']', '(': ')' };
const NUMBER = /[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?/y;
const WORD = /[A-Za-z_]\w*/y;

class Reader {
  #at = 0;

  constructor(
    readonly text: string,
    readonly where: string,
  ) {
    if (text.length > LONGEST) throw this.#bad(`at most ${LONGEST} characters`, `${text.length}`);
  }

  #bad(expected: string, got = this.text.slice(this.#at, this.#at + 20) || 'its end'): TopiaryError {
    return new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', {
      where: `${this.where}, character ${this.#at}`,
      expected,
      got,
    });
  }

  #skip(): void {
    while (/\s/.test(this.text[this.#at] ?? '')) this.#at += 1;
  }

  /** Takes a character where it stands there. */
  #takes(character: string): boolean {
    this.#skip();
    if (this.text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#takes(character)) throw this.#bad(`'${character}'`);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  #string(quote: string): string {
    let value = '';
    for (this.#at += 1; this.text[this.#at] !== quote; this.#at += 1) {
      let character = this.text[this.#at];
      if (character === undefined) throw this.#bad(quote);
      if (character === '\\') {
        this.#at += 1;
        character = ESCAPES[this.text[this.#at] ?? ''];
        if (character === undefined) throw this.#bad('a known escape');
      }
      value += character;
    }
    this.#at += 1;
    return value;
  }

  /** Values up to a closing mark; a comma may stand behind the last. */
  #list(close: string, depth: number): Literal[] {
    const values: Literal[] = [];
    while (!this.#takes(close)) {
      values.push(this.value(depth + 1));
      if (this.#takes(',')) continue;
      this.#expect(close);
      break;
    }
    return values;
  }

  #dictionary(depth: number): ReadonlyMap<string | number, Literal> {
    const entries = new Map<string | number, Literal>();
    while (!this.#takes('}')) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string' && typeof key !== 'number') throw this.#bad('a string or a number as a key');
      this.#expect(':');
      entries.set(key, this.value(depth + 1));
      if (this.#takes(',')) continue;
      this.#expect('}');
      break;
    }
    return entries;
  }

  value(depth = 0): Literal {
    if (depth > DEEPEST) throw this.#bad(`at most ${DEEPEST} levels`);
    this.#skip();
    const first = this.text[this.#at] ?? '';
    if (first === "'" || first === '"') return this.#string(first);
    if (first === '{') {
      this.#at += 1;
      return this.#dictionary(depth);
    }
    if (CLOSES[first]) {
      this.#at += 1;
      return this.#list(CLOSES[first], depth);
    }
    const number = this.#match(NUMBER);
    if (number !== null) return Number(number);
    const word = this.#match(WORD);
    if (word !== null && word in WORDS) return WORDS[word]!;
    throw this.#bad('a number, a string, a list or a dictionary', word ?? undefined);
  }

  end(): void {
    this.#skip();
    if (this.#at < this.text.length) throw this.#bad('the end');
  }
}

/** Throws where the text is anything but one literal; `where` names it. */
export const readLiteral = (text: string, where: string): Literal => {
  const reader = new Reader(text, where);
  const value = reader.value();
  reader.end();
  return value;
};
