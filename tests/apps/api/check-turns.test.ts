/** Whoever has much to check does not keep others waiting. */
import { describe, expect, it } from 'vitest';
import { checkTurns } from '../../../apps/api/src/check-turns.js';

/** A check that lasts until it is told to end. */
const lasting = (turns: ReturnType<typeof checkTurns>, person: string, order: string[]) => {
  let end = (): void => undefined;
  const done = turns.take(person, async () => {
    order.push(person);
    await new Promise<void>((ended) => {
      end = ended;
    });
  });
  return { end: () => end(), done };
};
const settled = () => new Promise((next) => setTimeout(next, 0));

describe('the turns of checks', () => {
  it('take one of each person at a time, whoever was served longest ago first', async () => {
    const turns = checkTurns({ atOnce: 2, ofOne: 8 });
    const order: string[] = [];
    const many = Array.from({ length: 5 }, () => lasting(turns, 'many', order));
    await settled();
    expect(order).toEqual(['many']);
    const other = lasting(turns, 'other', order);
    await settled();
    expect(order).toEqual(['many', 'other']);
    expect(turns.queue('many')).toEqual({ running: 2, waiting: 4, yours: 5 });
    expect(turns.queue('nobody')).toEqual({ running: 2, waiting: 4, yours: 0 });
    const third = lasting(turns, 'third', order);
    many[0]!.end();
    await settled();
    expect(order).toEqual(['many', 'other', 'third']);
    for (const check of [other, third]) check.end();
    for (const check of many) {
      await settled();
      check.end();
    }
    await settled();
    expect(turns.queue('many')).toEqual({ running: 0, waiting: 0, yours: 0 });
  });

  it('go on after a check that failed', async () => {
    const turns = checkTurns({ atOnce: 1, ofOne: 8 });
    await expect(turns.take('a', () => Promise.reject(new Error('bad')))).rejects.toThrow('bad');
    expect(await turns.take('a', async () => 'fine')).toBe('fine');
  });

  it('are refused to one person beyond a number, which is said', async () => {
    const turns = checkTurns({ atOnce: 1, ofOne: 2 });
    const checks = [0, 1].map(() => lasting(turns, 'a', []));
    await expect(turns.take('a', async () => undefined)).rejects.toMatchObject({
      code: 'TOPIARY_API_RATE_LIMITED',
      details: { got: 'one more; 1 wait in all' },
    });
    for (const check of checks) {
      await settled();
      check.end();
    }
    await Promise.all(checks.map(({ done }) => done));
  });
});
