/** The message catalogue's reader: `t('board.title', { name })`, checked by the compiler down to the placeholders. */
import { en } from '../messages/en.js';

type Catalogue = Readonly<Record<string, string>>;

/** The names between braces in a message. */
type Placeholders<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type Arguments<S extends string> =
  Placeholders<S> extends never ? [] : [values: Record<Placeholders<S>, string | number>];

export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** A reader for one catalogue; large features bring their own, so that nobody else loads it. */
export const translator =
  <M extends Catalogue>(messages: M) =>
  <K extends keyof M & string>(key: K, ...[values]: Arguments<M[K]>): string =>
    fill(messages[key]!, values ?? {});

/** Stems that exist as `<stem>_one` and `<stem>_other`. */
type PluralStem<M> = keyof M extends infer K ? (K extends `${infer Stem}_other` ? Stem : never) : never;

const plurals = new Intl.PluralRules('en');
const figures = new Intl.NumberFormat('en');

/** `tn('runs', 3)` -> "3 runs"; the message's `{n}` is the number. */
export const counter =
  <M extends Catalogue>(messages: M) =>
  (stem: PluralStem<M>, n: number, values: Readonly<Record<string, string>> = {}): string =>
    fill(messages[`${stem}_${plurals.select(n) === 'one' ? 'one' : 'other'}`]!, { ...values, n: figures.format(n) });

export const t = translator(en);
export const tn = counter(en);
