/**
 * Uploads a network: as a board of its own, or as the base model of a board that there is. The server checks, rehearses
 * and evaluates it before it admits it. A network of the zoo may come as the weights that somebody published for it.
 *
 * `npm run import -- net.onnx --name my-net --dataset cifar10 --mean .4914,.4822,.4465 --std .2023,.1994,.201`
 * `npm run import -- encoder.onnx --track segmentation --name my-encoder --dataset scenes64 --mean .5,.5,.5 --std .25,.25,.25`
 * `npm run import -- detector.onnx --track detection --name my-detector --dataset bccd`
 * `npm run import -- net.onnx --board classification.resnet56.cifar10 --mean .485,.456,.406 --std .229,.224,.225`
 * `npm run import -- --weights resnet50.pth --model resnet50 --dataset imagenet --mean .485,.456,.406 --std .229,.224,.225`
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { connect, fail, main } from './client.js';
import { boardFor, networkOf } from './published-weights.js';
import { sendImport } from './send-import.js';

const USAGE = `usage: npm run import -- <file.onnx> (--name <name> --dataset <data set> | --board <id>) [--mean r,g,b --std r,g,b]
       npm run import -- --weights <file> --model <model> --dataset <data set> --mean r,g,b --std r,g,b
  --weights   safetensors, or a checkpoint of PyTorch (torch.save): read as data, nothing in it is run
  --model     of the zoo, as /models lists them: the weights become this network; its board, or with --name one of its own
  --name      of the network: lower-case letters, digits and hyphens; the board is <track>.<name>.<data set>
  --track     what it does: classification (default), detection, segmentation (an encoder for the shipped decoder)
  --dataset   shapes32, shapes-det, scenes64, cifar10, cifar100, imagenet, bccd, coco, nuclei, sa-1b, or a folder under DATA_DIR with train/<class>/ and val/<class>/
  --mean      subtracted from each channel on a scale where 255 is 1, as in the network's own training
  --std       what each channel is divided by; with --track and without both, the network takes pictures from 0 to 1 as they are
  --classes   names in the order of the network's outputs, separated by commas, or @file with one a line;
              absent: the data set's own order
  --title     what the board calls the network
  --url, --key  of the server (else TOPIARY_URL, TOPIARY_KEY, or the owner's key in TOPIARY_HOME)`;

const text = { type: 'string' } as const;

/** Pictures as they are: what detectors of others want, and classifiers hardly ever. */
const PLAIN = { mean: '0,0,0', std: '1,1,1' };

const parse = () => {
  try {
    const names = { board: text, name: text, dataset: text, title: text, track: text };
    const facts = { ...names, mean: text, std: text, classes: text };
    const weights = { weights: text, model: text };
    return parseArgs({ allowPositionals: true, options: { ...facts, ...weights, url: text, key: text } });
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`);
  }
};

const readOr = (path: string): Promise<Buffer> => readFile(path).catch((error: Error) => fail(error.message));

/** `a,b,c`, or `@file` with one name a line. */
const namesOf = async (list: string): Promise<string> =>
  list.startsWith('@') ? (await readOr(list.slice(1))).toString('utf8').split(/\r?\n/).filter(Boolean).join(',') : list;

/** What is uploaded, and where it goes: a file as it is, or published weights in the network of the zoo that they are for. */
const networkFrom = async ({ values, positionals }: ReturnType<typeof parse>) => {
  const { weights, model, dataset, board, name } = values;
  const [file] = positionals;
  const isNamed = board !== undefined || (name !== undefined && dataset !== undefined);
  if (file !== undefined && weights === undefined && isNamed) {
    return { bytes: new Uint8Array(await readOr(file)), place: { board, name, dataset } };
  }
  if (file !== undefined || weights === undefined || model === undefined || dataset === undefined) return fail(USAGE);
  const bytes = await networkOf(new Uint8Array(await readOr(weights)), model, dataset);
  return { bytes, place: isNamed ? { board, name, ...(board ? {} : { dataset }) } : boardFor(model, dataset) };
};

await main(async () => {
  const parsed = parse();
  const { mean, std, classes, title, track, ...server } = parsed.values;
  const isPlain = track !== undefined && !mean && !std;
  if (!isPlain && !(mean && std)) return fail(USAGE);
  const { bytes, place } = await networkFrom(parsed);
  const normalisation = isPlain ? PLAIN : { mean, std };
  const facts = { ...place, ...normalisation, title, track, classes: classes && (await namesOf(classes)) };
  await sendImport(await connect(server), bytes, facts);
});
