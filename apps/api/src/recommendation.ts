/** Rows of a board for somebody who can spend so much and lose so much, with what is needed to have them. */
import type { Board, Recommendation, RecommendationQuery, Row, Submission } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { type Choice, type LeaderboardRow, recommend } from '@topiary/stats';
import { addressOf, trackOf } from '@topiary/tracks/catalogue';
import type { z } from 'zod';
import { requestAgain } from './again.js';
import type { ApiContext } from './context.js';
import { wholeBoard } from './leaderboard-page.js';

type Query = z.output<typeof RecommendationQuery>;
type Axes = ReturnType<typeof trackOf>['axes'];

/** What is spent: without a name the time; where nothing is spent, rows are told apart by the targets' own axis. */
const axisOf = ({ axis, spend }: Query, axes: Axes, targetAxis: string): string => {
  if (axis === undefined)
    return spend === undefined ? targetAxis : (axes.find((one) => one.perMachine)?.id ?? targetAxis);
  if (axes.some(({ id }) => id === axis)) return axis;
  throw new TopiaryError('TOPIARY_API_VALIDATION', {
    where: 'axis',
    expected: axes.map(({ id }) => id).join(', '),
    got: axis,
  });
};

/** Networks that the runs of a row left. */
const filesOf = ({ runs }: Submission, target: string): Recommendation['choices'][number]['files'] =>
  runs.flatMap(({ seed, target: own, result }) =>
    own?.label !== target || result === null
      ? []
      : result.artefacts
          .filter(({ kind }) => kind === 'model')
          .map(({ sha256, bytes, title }) => ({ seed, sha256, bytes, title: title ?? null })),
  );

/** Of what others sent as files nobody else can make a request. */
const requestFor = (view: Board, row: LeaderboardRow, submission: Submission | null) =>
  view.frozen || (submission !== null && submission.kind !== 'recipe')
    ? null
    : requestAgain({
        kind: 'recipe',
        board: view.id,
        recipe: row.recipe,
        targets: [row.target.label],
        seeds: row.seeds.length > 0 ? row.seeds : [0],
      });

const choiceOf = async (
  { db }: ApiContext,
  view: Board,
  rows: ReadonlyMap<string, LeaderboardRow>,
  { id, beatenBy, ...choice }: Choice,
): Promise<Recommendation['choices'][number]> => {
  const row = rows.get(id)!;
  const submission = row.submission === null ? null : await db.submissions.get(row.submission);
  return {
    ...choice,
    alike: [...choice.alike],
    doubts: [...choice.doubts],
    beatenBy: beatenBy && { ...beatenBy, label: rows.get(beatenBy.id)!.label },
    row: row as Row,
    request: requestFor(view, row, submission),
    files: submission ? filesOf(submission, row.target.label) : [],
  };
};

export const recommendation = async (context: ApiContext, id: string, query: Query): Promise<Recommendation> => {
  const { view, rows } = await wholeBoard(context, id);
  const { metrics, axes, targetAxis } = trackOf(view);
  const axis = axisOf(query, axes, targetAxis);
  const wanted = rows.filter(({ target }) => query.target === undefined || target.label === query.target);
  const { machine, choices, unknown, beyond } = recommend(
    wanted,
    {
      spend: query.spend === undefined ? null : { axis, most: query.spend },
      lose: query.lose ?? null,
      machine: query.machine ?? null,
    },
    {
      metric: metrics[0]!,
      base: view.base?.metrics.find(({ id }) => id === metrics[0]!.id)?.value ?? null,
      targetAxis: axis,
      perMachine: axes.filter((one) => one.perMachine).map((one) => one.id),
    },
  );
  const byId = new Map(wanted.map((row) => [row.id, row]));
  const isTimed = axes.some((one) => one.id === axis && one.perMachine);
  return {
    board: addressOf(view),
    axis,
    machine: isTimed ? machine : null,
    of: choices.length,
    choices: await Promise.all(choices.slice(0, query.limit).map((choice) => choiceOf(context, view, byId, choice))),
    unknown: unknown.map(({ id, why }) => {
      const { label, target } = byId.get(id)!;
      return { id, label, target: target.label, why };
    }),
    beyond,
  };
};
