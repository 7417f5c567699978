/** What there is to choose from: tracks, methods, models, data sets. */
import {
  DatasetDescription,
  listOf,
  MethodDescription,
  ModelDescription,
  RecipeDescription,
  TrackDescription,
} from '@topiary/contracts';
import { METHODS, RECIPES } from '@topiary/methods/catalogue';
import { TRACKS } from '@topiary/tracks/catalogue';
import { DATASETS, DENOISERS, datasetState, MODELS } from '@topiary/zoo/catalogue';
import { z } from 'zod';
import type { Route } from '../context.js';

const whole = <T>(items: readonly T[]) => ({ items: [...items], nextCursor: null });

const DatasetHere = DatasetDescription.extend({ present: z.boolean(), reason: z.string().nullable() });

export const catalogue: Route = (app, { dataDir }) => {
  const list = <T extends z.ZodType>(path: string, item: T, items: () => Promise<z.output<T>[]>) =>
    app.get(path, { schema: { tags: ['catalogue'], response: { 200: listOf(item) } } }, async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60');
      return whole(await items()) as never;
    });
  list('/api/v1/tracks', TrackDescription, async () => [...TRACKS]);
  list('/api/v1/methods', MethodDescription, async () => [...METHODS]);
  list('/api/v1/recipes', RecipeDescription, async () => [...RECIPES]);
  list('/api/v1/models', ModelDescription, async () => [...MODELS, ...DENOISERS]);
  list('/api/v1/datasets', DatasetHere, () =>
    Promise.all(DATASETS.map(async (dataset) => ({ ...dataset, ...(await datasetState(dataset.id, dataDir)) }))),
  );
};
