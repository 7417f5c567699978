/** Prepare: read and check the model, open the data set. */
import type { Graph } from '@topiary/onnx';
import { classOrder, datasetNamed, importModel, normalized, relabelled, type Split, splitHash } from '@topiary/zoo';
import type { Data, RunContext } from '../run-context.js';

export interface Prepared {
  readonly model: Graph;
  readonly bytes: number;
  readonly data: Data;
}

export const prepare = async ({ task, board, storage, report }: RunContext): Promise<Prepared> => {
  const { sha256, mean, std } = task.model;
  const { dataDir } = task;
  const dataset = datasetNamed(board.dataset);
  const classes = await dataset.classesIn(dataDir);
  const bytes = await storage.read(sha256);
  const model = importModel(bytes, { input: dataset.anySize ? null : dataset.input, classes: classes.length });
  report.log(`model ${sha256.slice(0, 12)}: ${bytes.length} bytes, ${model.nodes.length} nodes`);
  const splits = await dataset.open({
    dataDir,
    input: model.inputs[0]!.shape.slice(1).filter((dim) => typeof dim === 'number'),
    ...(task.testSecret === null ? {} : { testSecret: task.testSecret }),
  });
  const testHash = splitHash(splits.test);
  const order = classOrder(classes, task.model.classes);
  const own = (split: Split) => normalized(order ? relabelled(split, order) : split, mean, std);
  const [train, test] = [own(splits.train), own(splits.test)];
  report.log(
    `data ${dataset.id}: ${train.length} for training, ${test.length} for testing, test split ${testHash.slice(0, 12)}`,
  );
  return { model, bytes: bytes.length, data: { train, test, classes: classes.length, testHash } };
};
