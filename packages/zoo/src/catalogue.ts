/** Plain descriptions of models and data sets; importing this loads neither onnxruntime nor the ONNX format. */
import type { DatasetDescription, ModelDescription } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Dataset, DatasetState } from './dataset.js';
import { anyFolder } from './datasets/_folder.js';
import * as datasets from './datasets/index.js';
import { lacksOfModel } from './lacks.js';
import type { Model } from './model.js';
import * as models from './models/index.js';

export { classOrder } from './class-order.js';
export type { Dataset, DatasetState } from './dataset.js';
export { lacksOfModel } from './lacks.js';
export { SHIPPED, type ShippedModel, shippedFolder, shippedPath } from './shipped.js';

const allModels: readonly Model[] = Object.values(models);
const allDatasets: Dataset[] = Object.values(datasets);

const find = <T extends { readonly id: string }>(what: string, all: readonly T[], id: string): T => {
  const found = all.find((one) => one.id === id);
  if (found) return found;
  throw new TopiaryError('TOPIARY_ZOO_UNKNOWN', {
    where: what,
    expected: `one of ${all.map((one) => one.id).join(', ')}`,
    got: id,
  });
};

export const modelOf = (id: string): Model => find('model', allModels, id);
export const datasetOf = (id: string): Dataset => find('data set', allDatasets, id);

/** A data set of ours, or any folder `<id>/train/<class>/<picture>`, `<id>/val/…` that somebody has put into DATA_DIR. */
export const datasetNamed = (id: string): Dataset => allDatasets.find((one) => one.id === id) ?? anyFolder(id);

export const MODELS: readonly ModelDescription[] = allModels.map(({ id, title, paper, input, expected }) => ({
  id,
  title,
  paper,
  input: [...input],
  ...expected,
  lacks: [...lacksOfModel(id)],
}));

const describe = ({ id, title, summary, classes, input, source }: Dataset): DatasetDescription => ({
  id,
  title,
  summary,
  classes: [...(classes ?? [])],
  input: [...input],
  source,
});

const described: DatasetDescription[] = allDatasets.map(describe);
export const DATASETS: readonly DatasetDescription[] = described;

/** Adds a data set of an installation's own. */
export const addDataset = (dataset: Dataset): void => {
  allDatasets.push(dataset);
  described.push(describe(dataset));
};

/** Whether the files of a data set are on this machine; looks at names and sizes only. */
export const datasetState = async (id: string, dataDir: string): Promise<DatasetState> =>
  datasetNamed(id).state(dataDir);
