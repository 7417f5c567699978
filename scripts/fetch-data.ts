/**
 * Fetches a data set from its official home, checks its hash and unpacks it into DATA_DIR.
 *
 * `npm run fetch-data -- cifar10 | cifar100`   (DATA_DIR, else $TOPIARY_HOME/datasets, else .data/datasets)
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BOARDS } from '@topiary/tracks/catalogue';
import { DATASETS, datasetState } from '@topiary/zoo/catalogue';

interface Source {
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

const SOURCES: Readonly<Record<string, Source>> = {
  cifar10: {
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
    bytes: 170_052_171,
  },
  cifar100: {
    url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
    sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
    bytes: 168_513_733,
  },
};

const fail = (sentence: string): never => {
  console.error(sentence);
  process.exit(1);
};

const download = async ({ url, sha256 }: Source): Promise<Uint8Array> => {
  const answer = await fetch(url).catch((error: unknown) => fail(`${url}: ${error}`));
  if (!answer.ok) fail(`${url}: HTTP ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const got = createHash('sha256').update(bytes).digest('hex');
  if (got !== sha256) fail(`${url}: expected SHA-256 ${sha256}, got ${got}; nothing was written`);
  return bytes;
};

/** Every system that runs Node has a `tar`. */
const unpack = (archive: string, folder: string): Promise<void> =>
  new Promise((done, failed) => {
    const tar = spawn('tar', ['-xzf', archive, '-C', folder, '--strip-components=1'], { stdio: 'inherit' });
    tar.on('error', failed);
    tar.on('exit', (code) => (code === 0 ? done() : failed(new Error(`tar ended with ${code}`))));
  });

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
const [folder, partial] = [join(dataDir, id), join(dataDir, `${id}.partial`)];
if (existsSync(folder)) fail(`${folder} is already there; remove it to fetch again`);
await rm(partial, { recursive: true, force: true });
await mkdir(partial, { recursive: true });
console.log(`${source.url} (${(source.bytes / 1e6).toFixed(0)} MB) -> ${folder}`);
const archive = join(partial, 'archive.tar.gz');
await writeFile(archive, await download(source));
await unpack(archive, partial);
await rm(archive);
await rename(partial, folder);
console.log(`${id} lies in ${folder}`);
const boards = BOARDS.filter(({ dataset }) => dataset === id);
if (boards.length > 0) console.log('To open a board, train its base model here:');
for (const { model } of boards) console.log(`  npm run train-base -- ${model} ${id}`);
