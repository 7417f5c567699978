/** Something that one at a time may have, by the database's clock. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await freshDatabase();
});
afterAll(() => test.close());

it('is held by one of many who ask at once, until it lets go', async () => {
  const { settings } = test.db;
  const answers = await Promise.all([1, 2, 3, 4].map((n) => settings.hold('device:a', `w${n}`, 60)));
  expect(answers.filter(Boolean)).toHaveLength(1);
  const holder = `w${answers.indexOf(true) + 1}`;
  expect(await settings.hold('device:a', holder, 60)).toBe(true);
  expect(await settings.hold('device:a', 'another', 60)).toBe(false);
  expect(await settings.hold('device:b', 'another', 60)).toBe(true);
  await settings.letGo('device:a', 'another');
  expect(await settings.hold('device:a', 'another', 60)).toBe(false);
  await settings.letGo('device:a', holder);
  expect(await settings.hold('device:a', 'another', 60)).toBe(true);
});

it('is another’s to take once its holder has not been heard for as long as it promised', async () => {
  const { settings } = test.db;
  await settings.hold('device:c', 'dead', 60);
  await test.query(`UPDATE settings SET updated_at = now() - interval '61 s' WHERE key = 'device:c'`);
  expect(await settings.hold('device:c', 'alive', 60)).toBe(true);
  expect(await settings.hold('device:c', 'dead', 60)).toBe(false);
});
