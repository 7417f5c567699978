/** `topiary compare`: two rows of a board under a test; which seeds would tell them apart, and queues them. */
import { answer, type paths } from '@topiary/client';
import { type Context, defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';
import { oneLine } from '../safe-text.js';
import { table } from '../text.js';

type Answer = paths['/api/v1/boards/{board}/compare']['get']['responses'][200]['content']['application/json'];
type Queued = paths['/api/v1/boards/{board}/seeds']['post']['responses'][202]['content']['application/json'];
type Pair = Answer['pairs'][number];
/** The document says two; its generated type says a list. */
type Power = { readonly verdict: string; readonly missing: readonly number[] | null };

const between = ({ difference, low, high, p }: Omit<Pair, 'power'>): string => {
  if (p === null || difference === null) return 'cannot be tested';
  const bounds = low === null || high === null ? '' : ` (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return `${difference.toFixed(2)}${bounds}, p = ${p < 0.001 ? '< 0.001' : p.toFixed(3)}`;
};

const power = ({ power: found }: { readonly power: Power | null }): string => {
  if (found === null) return 'not known: how far seeds differ is not known';
  if (found.verdict === 'separated') return 'none are needed: the two are told apart';
  if (found.missing === null) return 'no number of seeds that may be run would tell the two apart';
  const [first, second] = found.missing;
  return `${first} more of the first and ${second} more of the second would tell the two apart, if they differ as they seem to`;
};

const WHY: Readonly<Record<Queued['left'][number]['why'], string>> = {
  enough: 'no seed is missing',
  'under way': 'its seeds wait or run already',
  'not yours': 'its runs are somebody else’s; yours would be a second run of it',
  shipped: 'it comes with the project; your runs would be a second run of it',
  drawn: 'its seeds are drawn by the server',
  'no seeds': 'nothing in it depends on a seed',
  closed: 'the board takes no submissions here',
};

const queuedText = ({ submissions, left }: Queued, url: string): string =>
  [
    ...submissions.map(
      ({ id, label, seeds }) => `queued ${oneLine(label)}, seeds ${seeds.join(', ')}: ${url}/submissions/${id}\n`,
    ),
    ...left.map(({ label, why }) => `left   ${oneLine(label)}: ${WHY[why]}\n`),
  ].join('');

const queue = async ({ api, url, json, out }: Context, board: string, rows: [string, string]): Promise<void> => {
  const found = answer(await api.POST('/api/v1/boards/{board}/seeds', { params: { path: { board } }, body: { rows } }));
  out(json ? `${JSON.stringify(found)}\n` : queuedText(found, url));
};

export const Compare = defineCommand({
  name: 'compare',
  summary: 'tests two rows of a board against each other, and says which seeds would tell them apart',
  operands: '<board> <row> <row>',
  options: {
    'queue-seeds': { type: 'boolean', help: 'queues those seeds, as far as the rows are yours' },
  },
  examples: ['topiary compare classification.resnet-tiny.shapes32 42ebf1733176-2x-8cf2c41d-shipped bd9d963de44d-…'],
  run: async (context, operands, { 'queue-seeds': wanted }) => {
    const [board, a, b] = operands;
    if (board === undefined || a === undefined || b === undefined || operands.length > 3)
      throw new UsageError('compare takes the id of a board and those of two of its rows');
    const found = answer(
      await context.api.GET('/api/v1/boards/{board}/compare', {
        params: { path: { board }, query: { rows: `${a},${b}` } },
      }),
    );
    const [pair] = found.pairs;
    if (found.missing.length > 0) throw new UsageError(`not on ${board}: ${found.missing.join(', ')}`);
    if (pair === undefined) throw new UsageError('compare takes two rows that differ');
    const lines = found.rows.map(({ label, target, seeds, place, provenance }) => [
      ...[label, target.label, place ? `place ${place.text}` : '', `${seeds.length} seeds`, provenance],
    ]);
    context.out(
      context.json
        ? `${JSON.stringify(found)}\n`
        : `${table(lines)}difference  ${between(pair)}\nseeds       ${power(pair)}\n`,
    );
    if (wanted) await queue(context, board, [a, b]);
    return EXIT.ok;
  },
});
