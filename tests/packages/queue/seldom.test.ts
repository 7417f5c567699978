/** What a log is told while a database is away. */
import { expect, it } from 'vitest';
import { seldom } from '../../../packages/queue/src/seldom.js';

it('the same trouble is told once, other trouble at once, and neither with what a driver hangs on it', () => {
  const told: Error[] = [];
  const tell = seldom((error) => told.push(error));
  for (let i = 0; i < 5; i += 1)
    tell(Object.assign(new Error('starting up'), { code: '57P03', client: { secret: 1 } }));
  tell(new TypeError('gone'));
  expect(told.map(({ name, message }) => [name, message])).toEqual([
    ['Error', 'starting up'],
    ['TypeError', 'gone'],
  ]);
  expect(told[0]).toHaveProperty('code', '57P03');
  expect(told[0]).not.toHaveProperty('client');
});
