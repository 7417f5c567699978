/** `topiary export`: a whole board as CSV or JSON, page after page. */
import { writeFile } from 'node:fs/promises';
import { type Api, answer, type Leaderboard, type paths } from '@topiary/client';
import { defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';

type Query = NonNullable<paths['/api/v1/boards/{board}/leaderboard']['get']['parameters']['query']>;
const PAGE = 500;

const wholeBoard = async (api: Api, board: string, query: Query): Promise<Leaderboard> => {
  let page: Leaderboard | null = null;
  let rows: Leaderboard['rows'] = [];
  let cursor: string | null = null;
  do {
    const from: Query = cursor === null ? {} : { cursor };
    // JSON, since no other format is asked for
    page = answer(
      await api.GET('/api/v1/boards/{board}/leaderboard', {
        params: { path: { board }, query: { ...query, limit: PAGE, ...from } },
      }),
    ) as Leaderboard;
    rows = [...rows, ...page.rows];
    cursor = page.nextCursor;
  } while (cursor !== null);
  return { ...page, rows };
};

/** The server writes CSV, so that this file and a download of the site are the same bytes. */
const csv = async (api: Api, board: string, query: Query): Promise<string> => {
  const { data } = await api.GET('/api/v1/boards/{board}/leaderboard', {
    params: { path: { board }, query: { ...query, format: 'csv' } },
    parseAs: 'text',
  });
  return data as unknown as string;
};

const FORMATS = ['csv', 'json'];

export const Export = defineCommand({
  name: 'export',
  summary: 'writes a leaderboard as CSV or JSON',
  operands: '<board>',
  options: {
    target: { type: 'string', short: 't', value: '2x', help: 'rows of one target (all)' },
    format: {
      type: 'string',
      short: 'f',
      value: FORMATS.join('|'),
      help: 'csv, or json with everything (csv)',
      choices: () => FORMATS,
    },
    output: { type: 'string', short: 'o', value: 'file', help: 'instead of standard output' },
    sort: { type: 'string', value: 'column', help: 'a metric, params, macs, latency, seconds or at; -column reverses' },
    provenance: { type: 'string', value: 'kind', help: 'measured, shipped, reported or reproduced' },
    division: { type: 'string', value: 'name', help: 'closed or open' },
    method: { type: 'string', value: 'id', help: 'rows that use this method' },
  },
  examples: ['topiary export classification.resnet-tiny.shapes32 --target 2x -o board.csv'],
  run: async ({ api, json, raw }, operands, { format, output, ...filter }) => {
    const [board] = operands;
    if (board === undefined || operands.length > 1) throw new UsageError('export takes the id of one board');
    const wanted = json ? 'json' : (format ?? 'csv');
    if (!FORMATS.includes(wanted)) throw new UsageError(`--format takes ${FORMATS.join(' or ')}, not '${wanted}'`);
    // The server checks what the filters say, and its answer names the choices.
    const query = filter as Query;
    const text =
      wanted === 'csv'
        ? await csv(api, board, query)
        : `${JSON.stringify(await wholeBoard(api, board, query), null, 2)}\n`;
    if (output === undefined) raw(text);
    else await writeFile(output, text);
    return EXIT.ok;
  },
});
