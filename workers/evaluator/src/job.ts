/** Resolves a claimed run into a job: which file is the model, how are its inputs normalised. */
import { type BoardDescription, ImportedBoard } from '@topiary/contracts';
import type { ClaimedRun, Database } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import { describeImported, protocolOf, resolveBoard } from '@topiary/tracks';
import { z } from 'zod';
import type { WorkerEnv } from './env.js';
import { describeMachine } from './machine.js';
import type { Job } from './messages.js';

const Import = z.object({
  model: z.string(),
  settings: z.record(z.string(), z.unknown()).optional(),
  mean: z.array(z.number()).optional(),
  std: z.array(z.number()).optional(),
  classes: z.array(z.string()).default([]),
  opens: ImportedBoard.nullable().default(null),
});

/** The board that an import opens is not there yet. */
const opensOf = (run: ClaimedRun): ImportedBoard | null =>
  run.kind === 'import' ? Import.parse(run.recipe).opens : null;

const modelOf = async (db: Database, run: ClaimedRun): Promise<Job['model']> => {
  if (run.kind === 'import') {
    const { model, settings, mean, std, classes } = Import.parse(run.recipe);
    return { sha256: model, settings: settings ?? { mean, std, classes }, metrics: [], splitHash: null };
  }
  const base = await db.baseModels.active(run.board);
  if (!base)
    throw new TopiaryError('TOPIARY_TRACKS_BOARD_CLOSED', { where: run.board, expected: 'a base model', got: 'none' });
  const { sha256, settings, metrics, splitHash } = base;
  return { sha256, settings, metrics, splitHash };
};

/** Where the provider falls back in the child, another machine's times are asked for, and none are there. */
const usualMs = (db: Database, board: BoardDescription, { provider, threads }: WorkerEnv): Promise<number | null> => {
  const { fingerprint } = describeMachine({ provider, threads });
  return db.held.usualMs(board.id, fingerprint, protocolOf(board).latency.batch);
};

export const resolveJob = async (db: Database, run: ClaimedRun, env: WorkerEnv, codeVersion: string): Promise<Job> => {
  const opens = opensOf(run);
  const board = opens ? describeImported(opens) : await resolveBoard(db.boards, run.board);
  return {
    run,
    board,
    opens,
    model: await modelOf(db, run),
    home: env.home,
    dataDir: env.dataDir,
    storageUrl: env.storageUrl,
    provider: env.provider,
    threads: env.threads,
    testSecret: env.testSecret,
    measureLatency: env.measureLatency,
    usualMs: await usualMs(db, board, env),
    sandbox: env.sandbox,
    codeVersion,
  };
};
