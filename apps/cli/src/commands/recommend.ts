/** `topiary recommend`: which row of a board to take for what one can spend and lose, with its recipe and its file. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answer, type paths } from '@topiary/client';
import { type Context, defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';
import { oneLine } from '../safe-text.js';
import { count, fileSize, percent, table } from '../text.js';

type Answer = paths['/api/v1/boards/{board}/recommendation']['get']['responses'][200]['content']['application/json'];
type Choice = Answer['choices'][number];

const number = (name: string, text: string | undefined): { readonly [name: string]: number } => {
  if (text === undefined) return {};
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`--${name} takes a number, not '${text}'`);
  return { [name]: value };
};

const FITS = { sure: 'sure', likely: 'likely', unlikely: 'perhaps' } as const;

const lossText = ({ loss: { value, low, high } }: Choice): string =>
  `${value.toFixed(2)}${low === null || high === null ? '' : ` (${low.toFixed(2)} to ${high.toFixed(2)})`}`;

const costText = ({ cost }: Choice): string => {
  if (cost === null) return '-';
  const left = cost.left < 1000 ? String(Number(cost.left.toPrecision(3))) : count(cost.left);
  return cost.share === null ? left : `${left} (${percent(cost.share)} of the base)`;
};

/** What speaks against the first of them. */
const doubts = ({ beatenBy, alike, doubts }: Choice): string[] => [
  ...(beatenBy
    ? [`${oneLine(beatenBy.label)} costs no more and does better${beatenBy.surely ? '' : ', though not surely'}`]
    : []),
  ...(alike.length > 0 ? [`${alike.length} more fit as surely and cannot be told from it by their intervals`] : []),
  ...doubts,
];

const unknownText = ({ unknown }: Answer): string => {
  const by = new Map<string, number>();
  for (const { why } of unknown) by.set(why, (by.get(why) ?? 0) + 1);
  return [...by].map(([why, n]) => `${n} ${why}`).join(', ');
};

const describe = (found: Answer): string => {
  const { choices, of, axis, machine, unknown, beyond } = found;
  const [first] = choices;
  const rest = unknown.length > 0 ? `not known of: ${unknownText(found)}\n` : '';
  if (first === undefined) return `no row fits; ${beyond} do not\n${rest}`;
  return [
    table([
      ['FITS', 'METHOD', 'TARGET', 'LOSES', axis.toUpperCase(), 'SOURCE', 'ROW'],
      ...choices.map((choice) => [
        ...[FITS[choice.fit], choice.row.label, choice.row.target.label, lossText(choice), costText(choice)],
        ...[choice.row.provenance, choice.row.id],
      ]),
    ]),
    of > choices.length ? `${of - choices.length} more fit\n` : '',
    machine === null ? '' : `times of machine ${machine}\n`,
    ...doubts(first).map((text) => `note: ${text}\n`),
    rest,
  ].join('');
};

/** Recipe and network of the first choice. */
const take = async ({ url, out }: Context, folder: string, { row, request, files }: Choice): Promise<void> => {
  if (request !== null) {
    const path = join(folder, `${row.id}.json`);
    await writeFile(path, `${JSON.stringify(request, null, 2)}\n`);
    out(`recipe  ${path}: topiary submit --recipe ${path}\n`);
  }
  const [file] = files;
  if (file === undefined) {
    out('file    none: its runs left no network here; the recipe makes one\n');
    return;
  }
  const response = await fetch(`${url}/api/v1/artefacts/${file.sha256}`);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const path = join(folder, `${row.id}.onnx`);
  await writeFile(path, new Uint8Array(await response.arrayBuffer()));
  out(`file    ${path}, ${fileSize(file.bytes)}, seed ${file.seed}\n`);
};

export const Recommend = defineCommand({
  name: 'recommend',
  summary: 'says which row of a board to take for what you can spend and lose (exit 1 when none fits)',
  operands: '<board>',
  options: {
    spend: { type: 'string', value: 'number', help: 'at most so much: milliseconds, or what --axis names' },
    lose: { type: 'string', value: 'points', help: 'the metric that ranks may be at most so much worse than the base' },
    axis: { type: 'string', value: 'id', help: 'what is spent: latency, macs, params, … (latency)' },
    machine: { type: 'string', value: 'id', help: 'whose times count (the machine of most times)' },
    target: { type: 'string', short: 't', value: '2x', help: 'rows of one target (all)' },
    limit: { type: 'string', short: 'n', value: 'number', help: 'so many rows (5)' },
    take: { type: 'string', value: 'folder', help: 'writes recipe and network of the first row there' },
  },
  examples: [
    'topiary recommend classification.resnet-tiny.shapes32 --lose 6',
    'topiary recommend classification.resnet-tiny.shapes32 --spend 0.5 --lose 3 --take .',
    'topiary recommend classification.resnet-tiny.shapes32 --spend 2e6 --axis macs',
  ],
  run: async (context, operands, { spend, lose, limit, take: folder, ...rest }) => {
    const [board] = operands;
    if (board === undefined || operands.length > 1) throw new UsageError('recommend takes the id of one board');
    if (spend === undefined && lose === undefined)
      throw new UsageError('recommend needs --spend, --lose or both: what you can spend, and what you can lose');
    const query = { ...number('spend', spend), ...number('lose', lose), ...number('limit', limit), ...rest };
    const found = answer(
      await context.api.GET('/api/v1/boards/{board}/recommendation', { params: { path: { board }, query } }),
    );
    context.out(context.json ? `${JSON.stringify(found)}\n` : describe(found));
    const [first] = found.choices;
    if (first !== undefined && folder !== undefined) await take(context, folder, first);
    return first === undefined ? EXIT.failed : EXIT.ok;
  },
});
