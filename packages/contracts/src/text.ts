/** What people may write: names, titles and sentences that feeds, terminals, tables and the database can all carry. */
import { z } from 'zod';

/**
 * Controls but tab and line ends, halves of surrogate pairs, code points that are no characters: XML 1.0 and Postgres
 * refuse them, terminals obey them.
 */
const UNFIT = /(?![\t\n\r])\p{Control}|\p{Surrogate}|\p{Noncharacter_Code_Point}/u;

/**
 * Marks that nobody sees, above all those that turn the direction of what follows. Joiners, variation selectors and tags
 * stay: Persian, emoji and flags are written with them.
 */
const INVISIBLE = /(?![\p{Join_Control}\p{Variation_Selector}\u{e0020}-\u{e007f}])\p{Default_Ignorable_Code_Point}/u;

const LINE_END = /[\t\n\r\u2028\u2029]/u;

/** `U+202E as character 4`, or null where the text has none of these. */
const found = (text: string, wrong: RegExp): string | null => {
  const at = text.search(wrong);
  if (at < 0) return null;
  return `U+${text.codePointAt(at)!.toString(16).toUpperCase().padStart(4, '0')} as character ${at + 1}`;
};

/** The first character that no text may have, wherever it stands; null where there is none. */
export const unfitIn = (text: string): string | null => found(text, UNFIT);

const without = (...wrong: readonly RegExp[]) => {
  const [any] = [new RegExp(wrong.map(({ source }) => source).join('|'), 'u')];
  return {
    check: (text: string) => found(text, any) === null,
    error: ({ input }: { readonly input?: unknown }) => `${found(String(input), any)}, which has no place here`,
  };
};

const checked = (text: z.ZodString, { check, error }: ReturnType<typeof without>) => text.refine(check, { error });

/** One line: a name, a title. Composed alike (NFC), without space at its ends. */
export const Line = (min: number, max: number) =>
  checked(z.string().normalize('NFC').trim().min(min).max(max), without(UNFIT, INVISIBLE, LINE_END));

/** Sentences, in as many lines as they need. */
export const Prose = (min: number, max: number) =>
  checked(z.string().normalize('NFC').trim().min(min).max(max), without(UNFIT, INVISIBLE));

const isPlain = (address: string): boolean => {
  const { username, password } = new URL(address);
  return username === '' && password === '';
};

/** An address that anybody may follow: of the web, and without a password in it. */
export const WebAddress = z
  .url({ protocol: /^https?$/, normalize: true, error: 'an address that begins with https:// or http://' })
  .max(2000)
  .refine((address) => !URL.canParse(address) || isPlain(address), { error: 'an address without name and password' });

/** A text from elsewhere (another provider, an older release) as one line; what has no place there is left out. */
export const asLine = (text: string, max: number): string =>
  text
    .normalize('NFC')
    .replace(new RegExp(LINE_END, 'gu'), ' ')
    .replace(new RegExp(`${UNFIT.source}|${INVISIBLE.source}`, 'gu'), '')
    .trim()
    .slice(0, max)
    .trim();
