/**
 * Fetches a data set from its official home, checks its hash and unpacks it into DATA_DIR. Run it again after it was
 * broken off: it goes on where it ended.
 *
 * `npm run fetch-data -- bccd | cifar10 | cifar100 | nuclei`   (DATA_DIR, else $TOPIARY_HOME/datasets, else .data/datasets)
 */
import { join, resolve } from 'node:path';
import { BOARDS } from '@topiary/tracks/catalogue';
import { DATASETS, datasetState } from '@topiary/zoo/catalogue';
import { fetchSet } from './fetch/fetch-set.js';
import { SOURCES } from './fetch/sources.js';

const fail = (sentence: string): never => {
  console.error(sentence);
  process.exit(1);
};

const id = process.argv[2] ?? '';
const usage = `usage: npm run fetch-data -- <${Object.keys(SOURCES).join(' | ')}>`;
const [known] = DATASETS.filter((dataset) => dataset.id === id);
const dataDir = resolve(process.env['DATA_DIR'] ?? join(process.env['TOPIARY_HOME'] ?? '.data', 'datasets'));
/** Data sets that are made here, or that nobody may pass on: their own words say what to do. */
const explain = async (): Promise<never> => {
  if (known === undefined) return fail(usage);
  const { present, reason } = await datasetState(id, dataDir);
  return fail(present ? `${known.title} needs no fetching: it is here` : reason!);
};

const source = SOURCES[id] ?? (await explain());
const folder = join(dataDir, id);
console.log(`${source.url} (${(source.bytes / 1e6).toFixed(0)} MB) -> ${folder}`);
await fetchSet(source, folder).catch((error: unknown) => fail(error instanceof Error ? error.message : `${error}`));
console.log(`${id} lies in ${folder}`);
const boards = BOARDS.filter(({ dataset }) => dataset === id);
if (boards.length > 0) console.log('To open a board, train its base model here:');
for (const { model } of boards) console.log(`  npm run train-base -- ${model} ${id}`);
