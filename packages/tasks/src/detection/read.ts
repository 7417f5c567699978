/** Detectors' files: our own with raw outputs, and others' as they export them. */
import { TopiaryError } from '@topiary/errors';
import { decode, encode, type Graph, isFixed } from '@topiary/onnx';
import { type Pipeline, single } from '@topiary/pipeline';
import { datasetNamed, readModel } from '@topiary/zoo';
import type { ReadRequest } from '../_task.js';
import { saidBy } from './metadata.js';
import { formOf } from './network.js';
import { cutAtRawHeads } from './raw-heads.js';
import { withoutSuppression } from './suppression.js';

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
 * where they are not, or where the file suppresses boxes itself, the network can be evaluated and no more.
 */
export const readDetector = async ({ files, dataset, dataDir, withConstants }: ReadRequest): Promise<Pipeline> => {
  const given = onlyFile(files);
  const classes = await datasetNamed(dataset).classesIn(dataDir);
  const whole = decode(given);
  const file = withoutSuppression(whole);
  checkClasses(file, classes);
  const bytes = file === whole ? given : encode(file);
  const sizes = sizesOf(file);
  const graph = withConstants
    ? await withConstants((evaluate) => readModel(bytes, { evaluate, sizes }))
    : readModel(bytes, { sizes });
  const form = formOf(graph, classes.length);
  if (form.kind !== 'decoded' || form.cut) return single(graph);
  const raw = cutAtRawHeads(graph, classes.length);
  if (raw === null) return single(graph);
  formOf(raw, classes.length);
  return single(raw);
};
