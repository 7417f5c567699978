/** Detectors' files: our own with raw outputs, and others' as they export them. */
import { TopiaryError } from '@topiary/errors';
import { decode, type Graph, isFixed } from '@topiary/onnx';
import { type Pipeline, single } from '@topiary/pipeline';
import { datasetNamed, readModel } from '@topiary/zoo';
import type { ReadRequest } from '../_task.js';
import { saidBy } from './metadata.js';
import { formOf } from './network.js';
import { cutAtRawHeads } from './raw-heads.js';

const onlyFile = (files: ReadRequest['files']): Uint8Array => {
  const [file, second] = files.values();
  if (file && !second) return file;
  throw new TopiaryError('TOPIARY_PIPELINE_PART', {
    where: 'the network',
    expected: 'one ONNX file',
    got: `parts ${[...files.keys()].join(', ') || 'none'}`,
  });
};

/** Names of the classes and the licence, where the file says them. */
export const recogniseDetector = (files: ReadRequest['files']): Readonly<Record<string, unknown>> | null => {
  const { classes, license } = saidBy(decode(onlyFile(files)));
  if (classes === null && license === null) return null;
  return { ...(classes === null ? {} : { classes }), license };
};

/** Sizes for an input whose height and width are open: those that the file was exported for. */
const sizesOf = (file: Graph): Readonly<Record<string, number>> => {
  const { size } = saidBy(file);
  const [, , height, width] = file.inputs[0]?.shape ?? [];
  if (size === null) return {};
  const open = [height, width].map((dim, i) => (dim === undefined || isFixed(dim) ? [] : ([dim, size[i]!] as const)));
  return Object.fromEntries(open.filter((pair) => pair.length > 0));
};

/** Suppression inside cuts the curve that mAP is made of, and nothing behind it can be trained. */
const refuseSuppression = ({ nodes }: Graph): void => {
  const node = nodes.find(({ op }) => op === 'NonMaxSuppression');
  if (!node) return;
  throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', {
    where: `node '${node.name}'`,
    expected: 'boxes before suppression',
    got: 'NonMaxSuppression inside the graph',
    cure: 'Export the network with nms=False',
  });
};

const checkClasses = (file: Graph, classes: readonly string[]): void => {
  const named = saidBy(file).classes;
  if (named === null || named.length === classes.length) return;
  throw new TopiaryError('TOPIARY_ZOO_CLASSES', {
    where: 'metadata names',
    expected: `${classes.length} classes: ${classes.slice(0, 5).join(', ')}${classes.length > 5 ? ', …' : ''}`,
    got: `${named.length}: ${named.slice(0, 5).join(', ')}${named.length > 5 ? ', …' : ''}`,
  });
};

/**
 * What decodes in the graph is cut off where its raw heads are found, so that it is trained, cut and judged like ours;
 * where they are not, the network can be evaluated and no more.
 */
export const readDetector = async ({ files, dataset, dataDir, withConstants }: ReadRequest): Promise<Pipeline> => {
  const bytes = onlyFile(files);
  const classes = await datasetNamed(dataset).classesIn(dataDir);
  const file = decode(bytes);
  refuseSuppression(file);
  checkClasses(file, classes);
  const sizes = sizesOf(file);
  const graph = withConstants
    ? await withConstants((evaluate) => readModel(bytes, { evaluate, sizes }))
    : readModel(bytes, { sizes });
  if (formOf(graph, classes.length).kind !== 'decoded') return single(graph);
  const raw = cutAtRawHeads(graph, classes.length);
  if (raw === null) return single(graph);
  formOf(raw, classes.length);
  return single(raw);
};
