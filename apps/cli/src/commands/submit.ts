/** `topiary submit`: enters a method on a board, with its files. Sent twice after a broken connection, it is entered once. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, type CreateSubmission, type Submission, Unreachable } from '@topiary/client';
import { type Context, defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';
import { follow } from '../follow.js';
import { bodyOf } from '../submission-body.js';
import { describe } from '../submission-text.js';
import { uploading } from '../uploading.js';

const TRIES = 4;

const send = async ({ api, note }: Context, body: CreateSubmission, key: string): Promise<Submission> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return answer(await api.POST('/api/v1/submissions', { body, headers: { 'idempotency-key': key } }));
    } catch (error) {
      if (!(error instanceof Unreachable) || attempt === TRIES) throw error;
      note(`(${error.message}; trying again)\n`);
      await sleep(500 * 2 ** attempt);
    }
  }
};

export const Submit = defineCommand({
  name: 'submit',
  summary: 'enters a method on a board',
  operands: '',
  options: {
    board: { type: 'string', short: 'b', value: 'id', help: 'the board: <track>.<model>.<dataset>' },
    criterion: {
      type: 'string',
      short: 'c',
      value: 'id|file.onnx',
      help: 'what scores the channels (`none` for none), or a scoring graph of your own',
    },
    regularizer: { type: 'string', value: 'id', help: 'what shrinks channels before they are cut' },
    procedure: { type: 'string', value: 'id', help: 'a whole method instead' },
    scope: {
      type: 'string',
      value: 'scope',
      help: "local, global or isomorphic: who competes with whom (the board's own)",
      choices: () => ['local', 'global', 'isomorphic'],
    },
    param: { type: 'string', multiple: true, value: 'part.name=value', help: "a method's parameter" },
    prune: { type: 'string', multiple: true, value: 'name=value', help: 'how to prune: protection, roundTo, steps, …' },
    sparsify: { type: 'string', multiple: true, value: 'name=value', help: 'the training with the regularizer' },
    finetune: { type: 'string', multiple: true, value: 'name=value', help: 'the training afterwards: steps, lr, …' },
    model: { type: 'string', multiple: true, value: '2x=file.onnx', help: 'a network that you pruned, per speed-up' },
    division: { type: 'string', value: 'closed|open', help: 'fine-tuned here, or measured as it is (closed)' },
    method: { type: 'string', value: 'name', help: 'of your own files: what their rows are called' },
    licence: { type: 'string', value: 'MIT', help: 'of your own files, which are published: an SPDX identifier' },
    paper: { type: 'string', value: 'url', help: 'of your own files: where the method is described' },
    target: { type: 'string', short: 't', multiple: true, value: '2x', help: 'speed-ups, one run each (2x)' },
    seed: { type: 'string', short: 's', multiple: true, value: '0-4', help: 'seeds, one run each (0)' },
    title: { type: 'string', value: 'text', help: 'a name for people' },
    private: { type: 'boolean', help: 'only you and organisers see it, until `topiary publish`' },
    recipe: {
      type: 'string',
      short: 'r',
      value: 'file',
      help: 'JSON: a recipe or a whole submission; - reads it from stdin',
    },
    follow: { type: 'boolean', short: 'f', help: 'stay and print what happens (exit 1 when a run fails)' },
    'dry-run': { type: 'boolean', help: 'print the request instead of sending it' },
    'idempotency-key': { type: 'string', value: 'text', help: 'the same key enters the same submission once' },
  },
  examples: [
    'topiary submit -b classification.resnet-tiny.shapes32 -c magnitude-l1 --scope global -t 2x -s 0-2 --follow',
    'topiary submit --recipe recipe.json --board classification.resnet-tiny.shapes32 --finetune steps=200',
    'topiary submit -b classification.resnet-tiny.shapes32 --model 2x=small.onnx --model 4x=tiny.onnx --division open --method mine --licence MIT',
    'topiary submit -b classification.resnet-tiny.shapes32 --criterion score.onnx -t 2x --method my-scores --licence MIT',
  ],
  run: async (context, operands, values) => {
    const { url, json, out, stdin } = context;
    if (operands.length > 0) throw new UsageError(`submit takes options only, not '${operands[0]}'`);
    const { follow: stay, 'dry-run': dryRun, 'idempotency-key': given, ...options } = values;
    const { send: sendFile, inWords } = uploading(context, dryRun === true);
    const body = await bodyOf(options, { stdin, send: sendFile });
    if (dryRun) {
      out(`${JSON.stringify(body, null, 2)}\n`);
      return EXIT.ok;
    }
    const submission = await send(context, body, given ?? randomUUID()).catch((error) => {
      throw inWords(error);
    });
    out(json ? `${JSON.stringify(submission)}\n` : describe(submission, url));
    return stay ? follow(context, submission.id) : EXIT.ok;
  },
});
