/** `GET /overall`: which method leads over many boards at once. */
import { Overall, OverallQuery, type OverallQuery as Query } from '@topiary/contracts';
import type { Route } from '../context.js';
import { csvOf } from '../csv.js';
import { overall as find } from '../overall.js';
import { PARQUET, toParquet } from '../parquet.js';
import type { RowTable } from '../row-table.js';

const NAMES = [
  ...['rank', 'rank_from', 'rank_to', 'method', 'control', 'borda', 'mean', 'win_rate'],
  ...['wins', 'level', 'losses', 'rankings', 'missing'],
];

const tableOf = ({ rows }: Overall): RowTable => ({
  names: NAMES,
  lines: rows.map(({ rank, range, method, isControl, borda, mean, winRate, wins, level, losses, stands, missing }) => [
    ...[rank, range?.from, range?.to, method, isControl ? 'random' : null, borda, mean, winRate],
    ...[wins, level, losses, stands, missing.join('; ')],
  ]),
});

const fileName = ({ by, track, target, format }: Query): string =>
  ['overall', track, target, by, format].filter(Boolean).join('.');

export const overall: Route = (app, context) => {
  app.get(
    '/api/v1/overall',
    {
      schema: {
        operationId: 'getOverall',
        summary: 'Overall ranking',
        description:
          'Which method leads over many rankings: by Borda points, by the mean of the metric, or by the share of duels won. Two rows are level where their ranking cannot tell them apart. A method in less than half of the rankings has no rank; a missing ranking brings no points.',
        tags: ['boards'],
        querystring: OverallQuery,
        response: { 200: Overall },
      },
    },
    async ({ query }, reply) => {
      const found = await find(context, query);
      if (query.format === 'json') return found;
      const table = tableOf(found);
      const { by, from } = found;
      const bytes =
        query.format === 'csv' ? csvOf(table) : toParquet(table, { by, from, licence: context.dataLicence });
      return reply
        .type(query.format === 'csv' ? 'text/csv; charset=utf-8' : PARQUET)
        .header('content-disposition', `attachment; filename="${fileName(query)}"`)
        .send(bytes as never) as never;
    },
  );
};
