/** Weights that somebody published become the network of the zoo that they are for, and find its board. */
import { standard } from '@topiary/lowering';
import { encode } from '@topiary/onnx';
import { BOARDS } from '@topiary/tracks/catalogue';
import { buildModel, datasetNamed, modelFor } from '@topiary/zoo';
import { readWeights, withWeights } from '@topiary/zoo/weights';

/** The ONNX file of a network of the zoo with these weights. */
export const networkOf = async (weights: Uint8Array, model: string, dataset: string): Promise<Uint8Array> => {
  const found = modelFor(model, datasetNamed(dataset));
  return encode(standard(await withWeights(buildModel(found), found.id, await readWeights(weights))));
};

/** The board of a model and a data set, or what names one of its own. */
export const boardFor = (model: string, dataset: string): Readonly<Record<string, string>> => {
  const board = BOARDS.find((one) => one.model === model && one.dataset === dataset)?.id;
  return board ? { board } : { name: model, dataset };
};
