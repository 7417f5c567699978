/** Records whose equal parts are one, beside the records that they were made of. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SharedParts } from '../../../apps/api/src/shared-parts.js';

it('two records have equal parts once, and their own stay their own', () => {
  const shared = new SharedParts();
  const record = (id: string) => ({ id, recipe: { prune: { solve: 'bisect', steps: 1 }, name: id }, flags: [] });
  const [a, b] = [shared.partsOf(record('a')), shared.partsOf(record('b'))];
  expect([a, b]).toEqual([record('a'), record('b')]);
  expect(a.recipe).not.toBe(b.recipe);
  expect(a.recipe.prune).toBe(b.recipe.prune);
  expect(a.flags).toBe(b.flags);
});

it('a word that reads like a record is a word', () => {
  const shared = new SharedParts();
  expect(shared.of(['[]', '{}', [], {}, null, 'null'])).toEqual(['[]', '{}', [], {}, null, 'null']);
});

it('whatever JSON holds comes out equal, however much was met before', () => {
  const shared = new SharedParts();
  for (let i = 0; i < 10_000; i += 1) shared.of({ i, text: `${i}` });
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.stringify(shared.of(JSON.parse(text)))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});
