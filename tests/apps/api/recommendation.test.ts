/** Recommendations through the API, and the seeds that would tell two rows apart, on a real database. */
import type { Comparison, MoreSeeds, Recommendation, Result, Submission } from '@topiary/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';
import { addPerson } from '../../helpers/people.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const CALM = { p50Ms: 1, p99Ms: 2, baseP50Ms: 2, baseP99Ms: 3, batch: 1, samples: 100 };
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const submit = async (
  criterion: string,
  { target = '2x', seeds = [0] }: { readonly target?: string; readonly seeds?: readonly number[] } = {},
): Promise<Submission> => {
  const payload = { kind: 'recipe', board: BOARD, recipe: { criterion }, targets: [target], seeds };
  return (await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload })).json();
};

const finishAll = async ({ runs }: Submission, outcome: (seed: number) => Result): Promise<void> => {
  for (const { id, seed } of runs) await finishRun(api.context.db, id, outcome(seed));
};

const recommended = async (query: string) => {
  const answer = await api.app.inject({ url: `/api/v1/boards/${BOARD}/recommendation?${query}` });
  return answer.statusCode === 200 ? answer.json<Recommendation>() : answer.json<{ code: string; detail: string }>();
};

describe('a recommendation', () => {
  beforeAll(async () => {
    const model = await api.context.storage.put(new Uint8Array([1, 2, 3]));
    await finishAll(await submit('taylor', { target: '4x', seeds: [0, 1] }), (seed) =>
      resultWith(85 + seed, {
        latency: { ...CALM, p50Ms: 0.8 },
        artefacts: [{ kind: 'model', ...model, mediaType: 'application/octet-stream' }],
      }),
    );
    await finishAll(await submit('lamp', { target: '4x' }), () =>
      resultWith(88, { latency: { ...CALM, p50Ms: 0.7 }, flags: ['latency-unsteady'] }),
    );
    await finishAll(await submit('magnitude-l1', { target: '4x' }), () => resultWith(89, { latency: null }));
  });

  it('hands out the row with recipe and file, and says what is not known', async () => {
    const found = (await recommended('spend=1&lose=8')) as Recommendation;
    expect(found).toMatchObject({ axis: 'latency', machine: 'm1', of: 1 });
    const [{ row, loss, cost, files, request }] = found.choices as [Recommendation['choices'][number]];
    expect([row.label, cost?.left, cost?.share]).toEqual(['taylor · global', 0.8, 0.4]);
    // the base has 90 % by these runs, the row 85 % and 86 %
    expect(loss.value).toBeCloseTo(4.5, 9);
    expect(files.map(({ seed, bytes }) => [seed, bytes])).toEqual([
      [0, 3],
      [1, 3],
    ]);
    expect(request).toMatchObject({ kind: 'recipe', board: BOARD, targets: ['4x'], seeds: [0, 1] });
    expect(found.unknown.map(({ label, why }) => [label, why]).sort()).toEqual([
      ['lamp · global', 'machine was not calm'],
      ['magnitude-l1 · global', 'not timed'],
    ]);
    const again = await api.app.inject({
      ...{ method: 'POST', url: '/api/v1/submissions', headers: api.member },
      payload: request!,
    });
    expect([again.statusCode, again.json().recipe]).toEqual([202, row.recipe]);
  });

  it('on an axis that is counted needs no times', async () => {
    const found = (await recommended('axis=macs&lose=8&target=4x')) as Recommendation;
    expect(found.machine).toBeNull();
    expect(found.choices.map(({ row }) => row.label)).toEqual([
      'magnitude-l1 · global',
      'lamp · global',
      'taylor · global',
    ]);
    expect(found.choices[2]!.beatenBy).toMatchObject({ label: 'magnitude-l1 · global' });
  });

  it('of nothing, on no axis of the track, or of no board is refused', async () => {
    for (const query of ['', 'spend=-1', 'spend=x', 'lose=1&axis=bananas'])
      expect(await recommended(query), query).toMatchObject({ code: 'TOPIARY_API_VALIDATION' });
    const nowhere = await api.app.inject({ url: '/api/v1/boards/none/recommendation?lose=1' });
    expect(nowhere.json().code).toBe('TOPIARY_TRACKS_UNKNOWN_BOARD');
  });
});

describe('the seeds that would tell two rows apart', () => {
  const ids: string[] = [];
  const queue = (headers: object, rows: readonly string[] = ids) =>
    api.app.inject({
      method: 'POST',
      url: `/api/v1/boards/${BOARD}/seeds`,
      headers: { ...headers },
      payload: { rows },
    });
  const compared = async (): Promise<Comparison> =>
    (await api.app.inject({ url: `/api/v1/boards/${BOARD}/compare?rows=${ids.join(',')}` })).json();

  beforeAll(async () => {
    await finishAll(await submit('taylor', { seeds: [0, 1, 2] }), (seed) => resultWith([79, 83, 81][seed]!));
    await finishAll(await submit('magnitude-l2', { seeds: [0, 1] }), (seed) => resultWith([71, 77][seed]!));
    const { rows } = (await api.app.inject(`/api/v1/boards/${BOARD}/leaderboard?target=2x`)).json();
    ids.push(...rows.map(({ id }: { id: string }) => id));
  });

  it('are queued for those whose rows they are, and for nobody else', async () => {
    const [pair] = (await compared()).pairs;
    expect(pair!.power).toMatchObject({ verdict: 'more seeds' });
    const [first, second] = pair!.power!.missing!;
    const other = await addPerson(api.context.db, { name: 'other' });
    const refused = (await queue(other.headers)).json<MoreSeeds>();
    expect(refused).toMatchObject({ submissions: [], left: [{ why: 'not yours' }, { why: 'not yours' }] });

    const answer = await queue(api.member);
    expect(answer.statusCode).toBe(202);
    const { submissions, left } = answer.json<MoreSeeds>();
    expect(left).toEqual([]);
    expect(submissions.map(({ label, seeds, targets }) => [label, targets.map((one) => one.label), seeds])).toEqual([
      ['taylor · global', ['2x'], Array.from({ length: first }, (_, i) => 3 + i)],
      ['magnitude-l2 · global', ['2x'], Array.from({ length: second }, (_, i) => 2 + i)],
    ]);
    const twice = (await queue(api.member)).json<MoreSeeds>();
    expect(twice).toMatchObject({ submissions: [], left: [{ why: 'under way' }, { why: 'under way' }] });
    expect((await queue({})).statusCode).toBe(401);

    // seeds that spread as those before did, about the same means: they join the two rows, which are then told apart
    for (const [i, [mean, half]] of (
      [
        [81, 2],
        [74, 3],
      ] as const
    ).entries())
      await finishAll(submissions[i]!, (seed) => resultWith(mean + (seed % 2 === 0 ? half : -half)));
    const now = await compared();
    expect(now.rows.map(({ id, seeds }) => [id, seeds.length])).toEqual([
      [ids[0], 3 + first],
      [ids[1], 2 + second],
    ]);
    expect(now.pairs[0]!.power).toMatchObject({ verdict: 'separated' });
    const enough = (await queue(api.member)).json<MoreSeeds>();
    expect(enough.left.map(({ why }) => why)).toEqual(['enough', 'enough']);
  });

  it('of a row that is not there, or of one row twice, are refused', async () => {
    expect((await queue(api.member, [ids[0]!, 'none'])).json().code).toBe('TOPIARY_API_NOT_FOUND');
    expect((await queue(api.member, [ids[0]!, ids[0]!])).json().code).toBe('TOPIARY_API_NOT_FOUND');
  });
});
