/** `topiary export`: a whole board as CSV, Parquet or JSON. */
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

/** The server writes the table, so that this file and a download of the site are the same bytes. */
const table = async (api: Api, board: string, query: Query, format: 'csv' | 'parquet'): Promise<Uint8Array> => {
  const { data } = await api.GET('/api/v1/boards/{board}/leaderboard', {
    params: { path: { board }, query: { ...query, format } },
    parseAs: 'arrayBuffer',
  });
  return new Uint8Array(data as unknown as ArrayBuffer);
};

const FORMATS = ['csv', 'parquet', 'json'];

export const Export = defineCommand({
  name: 'export',
  summary: 'writes a leaderboard as CSV, Parquet or JSON',
  operands: '<board>',
  options: {
    target: { type: 'string', short: 't', value: '2x', help: 'rows of one target (all)' },
    format: {
      type: 'string',
      short: 'f',
      value: FORMATS.join('|'),
      help: 'csv, the same with types as parquet, or json with everything (csv)',
      choices: () => FORMATS,
    },
    output: { type: 'string', short: 'o', value: 'file', help: 'instead of standard output' },
    sort: { type: 'string', value: 'column', help: 'a metric, params, macs, latency, seconds or at; -column reverses' },
    provenance: { type: 'string', value: 'kind', help: 'measured, shipped or reported' },
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
    if (wanted === 'parquet' && output === undefined) throw new UsageError('--format parquet needs a file: --output');
    const content =
      wanted === 'json'
        ? `${JSON.stringify(await wholeBoard(api, board, query), null, 2)}\n`
        : await table(api, board, query, wanted as 'csv' | 'parquet');
    if (output === undefined) raw(typeof content === 'string' ? content : Buffer.from(content).toString('utf8'));
    else await writeFile(output, content);
    return EXIT.ok;
  },
});
