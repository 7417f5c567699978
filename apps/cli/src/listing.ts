/** A command that lists what a server offers, and says more about one of it: boards, methods, models, data sets. */
import { type Api, answer } from '@topiary/client';
import { didYouMean } from '@topiary/errors';
import { type Command, defineCommand } from './command.js';
import { EXIT, UsageError } from './exit.js';
import { table } from './text.js';

export interface Listing<Item extends { readonly id: string }> {
  readonly name: string;
  readonly summary: string;
  /** One of them, in words: `board`. */
  readonly one: string;
  readonly heads: readonly string[];
  readonly get: (api: Api) => Promise<{ readonly data?: { readonly items: readonly Item[] } }>;
  readonly row: (item: Item) => readonly string[];
  /** What else there is to say of one, as pairs. */
  readonly more: (item: Item) => readonly (readonly [string, string])[];
}

export const listing = <Item extends { readonly id: string }>(what: Listing<Item>): Command =>
  defineCommand({
    name: what.name,
    summary: what.summary,
    operands: '[<id>]',
    options: {},
    examples: [`topiary ${what.name}`, `topiary ${what.name} --json`],
    run: async ({ api, json, out }, operands) => {
      const [id] = operands;
      if (operands.length > 1) throw new UsageError(`${what.name} takes the id of one ${what.one}, or nothing`);
      const items = answer(await what.get(api)).items;
      if (id === undefined) {
        const rows = items.map((item) => what.row(item));
        out(json ? `${JSON.stringify(items)}\n` : table([what.heads, ...rows]));
        return EXIT.ok;
      }
      const found = items.find((item) => item.id === id);
      if (!found) {
        const ids = items.map((item) => item.id);
        throw new UsageError(`there is no ${what.one} '${id}'${didYouMean(id, ids) || ` (topiary ${what.name})`}`);
      }
      out(json ? `${JSON.stringify(found)}\n` : table(what.more(found).filter(([, text]) => text !== '')));
      return EXIT.ok;
    },
  });
