/** The dump of the day is written by a process of its own, once, and a failure is told. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openStorage } from '@topiary/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDumper } from '../../../apps/api/src/dumper.js';
import { dumps } from '../../../apps/api/src/dumps.js';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const MODULE = join(ROOT, 'dist/dump-process.mjs');

let home = '';
let database: TestDatabase;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'topiary-dumper-'));
  database = await freshDatabase();
});
afterAll(async () => {
  await database.close();
  await rm(home, { recursive: true });
});

const openFor = (module: string, databaseUrl = database.url) => {
  const own = { DATABASE_URL: databaseUrl, QUEUE_URL: databaseUrl, TOPIARY_HOME: home, TOPIARY_ROOT: ROOT };
  return openDumper({ db: database.db, module, site: 'https://topiary.test', env: { ...process.env, ...own } });
};

describe('the dump of a day', () => {
  it('is not there when the process fails, whose last words are told', async () => {
    const nowhere = database.url.replace(/\/[^/]*$/, `/none-${randomBytes(4).toString('hex')}`);
    await expect(openFor(MODULE, nowhere).write()).rejects.toThrow(/ended with 1: [\s\S]*none-/);
    expect(await dumps(database)).toEqual([]);
  });

  it('is written by a process of its own, once, with all rows that come with the project', async () => {
    const dumper = openFor(MODULE);
    expect(await dumper.write()).toBe(true);
    expect(await dumper.write()).toBe(false);
    const [dump, ...more] = await dumps(database);
    expect(more).toEqual([]);
    expect(dump!.rows).toBeGreaterThan(500);
    const storage = await openStorage(`file:${join(home, 'artefacts')}`);
    for (const { sha256, bytes } of dump!.files) expect((await storage.read(sha256)).length).toBe(bytes);
  });

  it('is not waited for at the end of the server: its process is ended', async () => {
    const sleeper = join(home, 'sleeper.mjs');
    await writeFile(sleeper, 'process.send("here"); setInterval(() => undefined, 1000);');
    await database.query('DELETE FROM settings');
    const dumper = openFor(sleeper);
    const written = dumper.write();
    await new Promise((next) => setTimeout(next, 1000));
    dumper.stop();
    await written;
    // nor is another one started
    expect(await dumper.write()).toBe(false);
  });
});
