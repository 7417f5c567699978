/** Prepare: read and check the model, open the data set. */
import type { Graph } from '@topiary/onnx';
import { datasetOf, importModel, normalized, splitHash } from '@topiary/zoo';
import type { Data, RunContext } from '../run-context.js';

export interface Prepared {
  readonly model: Graph;
  readonly bytes: number;
  readonly data: Data;
}

export const prepare = async ({ task, board, storage, report }: RunContext): Promise<Prepared> => {
  const { sha256, mean, std } = task.model;
  const dataset = datasetOf(board.dataset);
  const bytes = await storage.read(sha256);
  const model = importModel(bytes, { input: dataset.input, classes: dataset.classes.length });
  report.log(`model ${sha256.slice(0, 12)}: ${bytes.length} bytes, ${model.nodes.length} nodes`);
  const splits = await dataset.open({
    dataDir: task.dataDir,
    ...(task.testSecret === null ? {} : { testSecret: task.testSecret }),
  });
  const [train, test] = [normalized(splits.train, mean, std), normalized(splits.test, mean, std)];
  const testHash = splitHash(test);
  report.log(
    `data ${dataset.id}: ${train.length} for training, ${test.length} for testing, test split ${testHash.slice(0, 12)}`,
  );
  return { model, bytes: bytes.length, data: { train, test, classes: dataset.classes.length, testHash } };
};
