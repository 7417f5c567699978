/** Prepare: read and check the base model, open its task's data. */

import { TopiaryError } from '@topiary/errors';
import type { Pipeline } from '@topiary/pipeline';
import { readManifest, type Schedule } from '@topiary/pipeline';
import { withConstants } from '@topiary/runtime';
import { type BoundTask, type Task, taskOf } from '@topiary/tasks';
import { trackById } from '@topiary/tracks';
import type { RunContext } from '../run-context.js';

export interface Prepared {
  readonly pipeline: Pipeline;
  /** Of its files. */
  readonly bytes: number;
  readonly task: BoundTask;
}

interface Files {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly schedule: Schedule | null;
}

/** One ONNX file, or the files that a manifest names. */
const filesOf = async ({ job, storage }: RunContext): Promise<Files> => {
  const { sha256 } = job.model;
  const bytes = await storage.read(sha256);
  const manifest = readManifest(bytes);
  if (manifest === null) return { files: new Map([['network', bytes]]), schedule: null };
  const parts = Object.entries(manifest.parts);
  const read = await Promise.all(parts.map(async ([part, file]) => [part, await storage.read(file)] as const));
  return { files: new Map(read), schedule: manifest.schedule };
};

/** Checked by the task before anything is opened. */
const settingsOf = ({ id, settings }: Task, given: Readonly<Record<string, unknown>>): unknown => {
  const parsed = settings.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new TopiaryError('TOPIARY_TASKS_SETTINGS', {
    where: ['settings', ...issue.path.map(String)].join('.'),
    expected: `${issue.message}, as task ${id} wants`,
    got: JSON.stringify(given[String(issue.path[0])]) ?? 'nothing',
  });
};

export const prepare = async (context: RunContext): Promise<Prepared> => {
  const { job, board, protocol, report } = context;
  const task = taskOf(trackById(board.track).task);
  const { files, schedule } = await filesOf(context);
  const { dataset } = board;
  const pipeline = await task.read({ files, schedule, dataset, dataDir: job.dataDir, withConstants });
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const nodes = [...pipeline.parts.values()].reduce((sum, { graph }) => sum + graph.nodes.length, 0);
  report.log(`model ${job.model.sha256.slice(0, 12)}: ${bytes} bytes, ${nodes} nodes`);
  const settings = settingsOf(task, { ...task.recognise(files), ...job.model.settings });
  const bound = await task.open({
    dataset,
    dataDir: job.dataDir,
    testSecret: job.testSecret,
    pipeline,
    settings,
    options: protocol.options,
    evaluationBatch: protocol.evaluationBatch,
  });
  const { train, test } = bound.examples;
  report.log(`data ${dataset}: ${train} for training, ${test} for testing, test split ${bound.hash.slice(0, 12)}`);
  return { pipeline, bytes, task: bound };
};
