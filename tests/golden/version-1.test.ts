/**
 * Version 1 of the boards is frozen: recipe hashes, addresses and rows as they were when it was current. Fields may join
 * a row; none may leave it or change. `TOPIARY_GOLDEN=write` wrote the file, from the commit before anything moved.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Leaderboard, RecipeInput } from '@topiary/contracts';
import { boardOf, fillRecipe, recipeHash, recipeLabel } from '@topiary/tracks/catalogue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../helpers/api.js';
import { criterionIds, recipeIds, recipesOf } from './_recipes.js';

const FILE = join(import.meta.dirname, 'version-1.json');
const ROOT = resolve(import.meta.dirname, '../..');
const SHIPPED = ['resnet-tiny', 'vgg-tiny', 'mobilenet-tiny', 'convnext-micro', 'vit-tiny'];
const BOARDS = SHIPPED.map((model) => `classification.${model}.shapes32`);
const HASHED = [...BOARDS, 'classification.resnet56.cifar10', 'classification.vit-small.imagenet'];

interface Golden {
  readonly criteria: readonly string[];
  readonly named: readonly string[];
  /** `label` and hash by board, then recipe. */
  readonly hashes: Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>>;
  /** Every row of a fresh installation, by board. */
  readonly rows: Readonly<Record<string, readonly Leaderboard['rows'][number][]>>;
}

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  const shipped = join(api.context.projectDir, 'packages', 'tracks', 'shipped');
  await mkdir(dirname(shipped), { recursive: true });
  await symlink(join(ROOT, 'packages', 'tracks', 'shipped'), shipped);
});
afterAll(() => api.close());

const hashOf = (board: string, recipe: RecipeInput): [string, string] => {
  const filled = fillRecipe(boardOf(`${board}@1`), recipe);
  return [recipeLabel(filled), recipeHash(filled)];
};

const hashesOf = (board: string, { criteria, named }: Pick<Golden, 'criteria' | 'named'>) =>
  Object.fromEntries([...recipesOf(criteria, named)].map(([name, recipe]) => [name, hashOf(board, recipe)]));

const rowsAt = async (board: string): Promise<Leaderboard['rows']> => {
  const response = await api.app.inject({ url: `/api/v1/boards/${board}/leaderboard?limit=500` });
  expect(response.statusCode, response.body.slice(0, 300)).toBe(200);
  return response.json<Leaderboard>().rows;
};

const write = async (): Promise<void> => {
  const known = { criteria: criterionIds(), named: recipeIds() };
  const golden: Golden = {
    ...known,
    hashes: Object.fromEntries(HASHED.map((board) => [board, hashesOf(board, known)])),
    rows: Object.fromEntries(await Promise.all(BOARDS.map(async (id) => [id, await rowsAt(`${id}@1`)] as const))),
  };
  const lines = Object.entries(golden.rows).map(
    ([board, rows]) => `${JSON.stringify(board)}: [\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]`,
  );
  const { rows: _, ...rest } = golden;
  writeFileSync(FILE, `{"rows": {\n${lines.join(',\n')}\n},\n${JSON.stringify(rest, null, 1).slice(1)}\n`);
};

describe('version 1 of the boards', () => {
  if (process.env.TOPIARY_GOLDEN === 'write') it('is written', write);
  const golden = (): Golden => JSON.parse(readFileSync(FILE, 'utf8'));

  it.each(HASHED)('gives every recipe on %s the label and the hash that it had', (board) => {
    expect(hashesOf(board, golden())).toEqual(golden().hashes[board]);
  });

  it.each(BOARDS)('shows the rows of %s, each at its address, with every number that it had', async (board) => {
    const [now, then] = [await rowsAt(`${board}@1`), golden().rows[board]!];
    expect(now.map(({ id }) => id)).toEqual(then.map(({ id }) => id));
    now.forEach((row, i) => {
      expect(row).toMatchObject(then[i]!);
    });
  });
});
