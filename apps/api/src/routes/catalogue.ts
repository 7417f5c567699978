/** What there is to choose from: tracks, methods, models, data sets. */
import {
  DatasetDescription,
  ErrorDescription,
  errorDescriptions,
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

interface Words {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
}
const schemaOf = ({ path: _, ...words }: Words) => ({ tags: ['catalogue'], ...words });

export const catalogue: Route = (app, { dataDir }) => {
  const list = <T extends z.ZodType>(words: Words, item: T, items: () => Promise<z.output<T>[]>) =>
    app.get(
      `/api/v1/${words.path}`,
      { schema: { ...schemaOf(words), response: { 200: listOf(item) } } },
      async (_request, reply) => {
        reply.header('cache-control', 'public, max-age=60');
        return whole(await items()) as never;
      },
    );
  list(
    {
      path: 'tracks',
      operationId: 'listTracks',
      summary: 'Tracks',
      description: 'Evaluation protocols: metrics, phases, axes of cost, targets and controls.',
    },
    TrackDescription,
    async () => [...TRACKS],
  );
  list(
    {
      path: 'methods',
      operationId: 'listMethods',
      summary: 'Methods',
      description: 'Criteria, regularizers, procedures and scopes, with formula, paper, parameters and deviations.',
    },
    MethodDescription,
    async () => [...METHODS],
  );
  list(
    {
      path: 'recipes',
      operationId: 'listRecipes',
      summary: 'Recipes',
      description: 'Named recipes of papers, ready to submit.',
    },
    RecipeDescription,
    async () => [...RECIPES],
  );
  list(
    { path: 'models', operationId: 'listModels', summary: 'Models', description: 'Networks that boards are made of.' },
    ModelDescription,
    async () => [...MODELS, ...DENOISERS],
  );
  list(
    {
      path: 'datasets',
      operationId: 'listDatasets',
      summary: 'Data sets',
      description: 'Which data sets there are, and which of them this server has.',
    },
    DatasetHere,
    () => Promise.all(DATASETS.map(async (dataset) => ({ ...dataset, ...(await datasetState(dataset.id, dataDir)) }))),
  );
  list(
    {
      path: 'errors',
      operationId: 'listErrors',
      summary: 'Errors',
      description: 'Every error code: its status, what it means, and who can mend it.',
    },
    ErrorDescription,
    async () => errorDescriptions(),
  );
};
