/** Plain descriptions of models and data sets; importing this loads neither onnxruntime nor the ONNX format. */
import type { DatasetDescription, ModelDescription } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Dataset, DatasetState } from './dataset.js';
import { anyFolder } from './datasets/_folder.js';
import * as datasets from './datasets/index.js';
import type { Denoiser } from './denoiser.js';
import * as denoisers from './denoisers/index.js';
import { lacksOfModel } from './lacks.js';
import type { Model } from './model.js';
import * as models from './models/index.js';

export { classOrder } from './class-order.js';
export type { Dataset, DatasetState } from './dataset.js';
export { lacksOfModel } from './lacks.js';
export {
  SHIPPED,
  type ShippedFile,
  type ShippedModel,
  shippedFiles,
  shippedFolder,
  shippedPath,
  shippedReference,
} from './shipped.js';

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
export const denoiserOf = (id: string): Denoiser => find('denoiser', Object.values<Denoiser>(denoisers), id);
export const datasetOf = (id: string): Dataset => find('data set', allDatasets, id);

/** A data set of ours, or any folder `<id>/train/<class>/<picture>`, `<id>/val/…` that somebody has put into DATA_DIR. */
export const datasetNamed = (id: string): Dataset => allDatasets.find((one) => one.id === id) ?? anyFolder(id);

/**
 * The network of a board `<track>.<model>.<dataset>`: the model of that name where it takes the data set's pictures and
 * has its classes, else the one that is called after both (`resnet18` for cifar100 is `resnet18-cifar100`).
 */
export const modelFor = (id: string, dataset: Dataset): Model => {
  const known = allModels.filter((model) => model.id === id || model.id === `${id}-${dataset.id}`);
  const { classes, input, anySize } = dataset;
  const fits = (model: Model) =>
    (classes === null || classes.length === model.classes) && (anySize || model.input.join() === input.join());
  const found = known.find((model) => model.id === id && fits(model)) ?? known.find(fits);
  if (found) return found;
  const { input: pictures, classes: own } = known[0] ?? modelOf(id);
  throw new TopiaryError('TOPIARY_ZOO_UNKNOWN', {
    where: 'model',
    expected: `one for [${input}] and ${classes?.length ?? 'any'} classes, as ${dataset.id} has them`,
    got: `${id}, for [${pictures}] and ${own}`,
  });
};

type Described = Pick<Model, 'id' | 'title' | 'paper' | 'input' | 'expected'>;

const describeModel = ({ id, title, paper, input, expected }: Described): ModelDescription => ({
  id,
  title,
  paper,
  input: [...input],
  ...expected,
  lacks: [...lacksOfModel(id)],
});

/** Classifiers. */
export const MODELS: readonly ModelDescription[] = allModels.map(describeModel);

/** Networks that are told a timestep and a class, too. */
export const DENOISERS: readonly ModelDescription[] = Object.values(denoisers).map(describeModel);

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
