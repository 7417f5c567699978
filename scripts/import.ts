/**
 * Uploads a network: as a board of its own, or as the base model of a board that there is. The server checks, rehearses
 * and evaluates it before it admits it.
 *
 * `npm run import -- net.onnx --name my-net --dataset cifar10 --mean .4914,.4822,.4465 --std .2023,.1994,.201`
 * `npm run import -- detector.onnx --track detection --name my-detector --dataset bccd`
 * `npm run import -- net.onnx --board classification.resnet56.cifar10 --mean .485,.456,.406 --std .229,.224,.225`
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { events, type Submission } from '@topiary/client';
import { connect, fail, main } from './client.js';

const USAGE = `usage: npm run import -- <file.onnx> (--name <name> --dataset <data set> | --board <id>) [--mean r,g,b --std r,g,b]
  --name      of the network: lower-case letters, digits and hyphens; the board is <track>.<name>.<data set>
  --track     what it does: classification (default), detection
  --dataset   shapes32, shapes-det, cifar10, cifar100, imagenet, bccd, coco, or a folder under DATA_DIR with train/<class>/ and val/<class>/
  --mean      subtracted from each channel on a scale where 255 is 1, as in the network's own training
  --std       what each channel is divided by; with --track and without both, the network takes pictures from 0 to 1 as they are
  --classes   names in the order of the network's outputs, separated by commas, or @file with one a line;
              absent: the data set's own order
  --title     what the board calls the network
  --url, --key  of the server (else TOPIARY_URL, TOPIARY_KEY, or the owner's key in TOPIARY_HOME)`;

const text = { type: 'string' } as const;
/** What the server is told about the file, word for word. */
const FACTS = ['board', 'name', 'dataset', 'title', 'track', 'mean', 'std'] as const;
/** Pictures as they are: what detectors of others want, and classifiers hardly ever. */
const PLAIN = { mean: '0,0,0', std: '1,1,1' };

const parse = () => {
  try {
    const facts = {
      board: text,
      name: text,
      dataset: text,
      title: text,
      track: text,
      mean: text,
      std: text,
      classes: text,
    };
    return parseArgs({ allowPositionals: true, options: { ...facts, url: text, key: text } });
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`);
  }
};

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);

const readOr = (path: string): Promise<Buffer> => readFile(path).catch((error: Error) => fail(error.message));

/** `a,b,c`, or `@file` with one name a line. */
const namesOf = async (list: string): Promise<string> =>
  list.startsWith('@') ? (await readOr(list.slice(1))).toString('utf8').split(/\r?\n/).filter(Boolean).join(',') : list;

await main(async () => {
  const { values, positionals } = parse();
  const [file] = positionals;
  const isPlain = values.track !== undefined && !values.mean && !values.std;
  const isNormalised = Boolean(values.mean && values.std);
  if (!file || !(isPlain || isNormalised) || !(values.board || (values.name && values.dataset))) return fail(USAGE);
  const facts: Partial<Record<(typeof FACTS)[number], string>> = { ...(isPlain ? PLAIN : {}), ...values };
  const query = new URLSearchParams(FACTS.flatMap((fact) => (facts[fact] ? [[fact, facts[fact]]] : [])));
  if (values.classes) query.set('classes', await namesOf(values.classes));
  const bytes = new Uint8Array(await readOr(file));

  const { url, api, call } = await connect(values);
  const { id } = await call<Submission>({ method: 'POST', path: `/imports?${query}`, body: bytes });
  say(`uploaded ${bytes.length} bytes; checking and evaluating: ${url}/submissions/${id}`);
  for await (const { event } of events(api, id)) {
    if (event.type === 'log' && event.level === 'warn') say(`warning: ${event.text}`);
  }
  const { board, state, runs } = await call<Submission>({ path: `/submissions/${id}` });
  const { problem, result } = runs[0]!;
  if (state !== 'done') return fail(problem ? `${problem.code}: ${problem.detail}` : state);
  for (const { id: metric, value, n } of result?.metrics ?? [])
    say(`${metric} ${value.toFixed(3)} on ${n} test examples`);
  say(`the board is open: ${url}/boards/${board}`);
});
