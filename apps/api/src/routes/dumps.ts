/** All public rows of a day, to be taken elsewhere. */
import { Dump, listOf } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { z } from 'zod';
import type { Route } from '../context.js';
import { dumps as all } from '../dumps.js';
import { licenceUrl } from '../pages/structured-data.js';
import { PARQUET } from '../parquet.js';

const tags = ['boards'];

export const dumps: Route = (app, context) => {
  app.get(
    '/api/v1/dumps',
    {
      schema: {
        operationId: 'listDumps',
        summary: 'Dumps',
        description:
          'Every public row of a day as lines of JSON, as CSV and as Parquet, made each night; the newest first.',
        tags,
        response: { 200: listOf(Dump) },
      },
    },
    async () => ({ items: await all(context), nextCursor: null }),
  );

  app.get(
    '/api/v1/dumps/:date/:name',
    {
      schema: {
        operationId: 'getDump',
        summary: 'A file of a dump',
        description:
          'JSON and CSV are packed by gzip. The first line of the JSON, and the metadata of the Parquet file, say where it comes from and under which licence.',
        tags,
        params: z.object({ date: z.iso.date(), name: z.string() }),
      },
      config: { compress: false },
    },
    async ({ params: { date, name } }, reply) => {
      const dump = (await all(context)).find((one) => one.date === date);
      const file = dump?.files.find((one) => one.name === name);
      if (!dump || !file) {
        const details = { where: `dump ${date}/${name}`, expected: 'a file of GET /api/v1/dumps', got: 'none such' };
        throw new TopiaryError('TOPIARY_API_NOT_FOUND', details);
      }
      return reply
        .type(file.mediaType === PARQUET ? PARQUET : 'application/gzip')
        .header('content-length', file.bytes)
        .header('etag', `"${file.sha256}"`)
        .header('link', `<${licenceUrl(dump.licence)}>; rel="license"`)
        .header('cache-control', 'public, max-age=86400')
        .header('content-disposition', `attachment; filename="${file.name}"`)
        .send(await context.storage.get(file.sha256)) as never;
    },
  );
};
