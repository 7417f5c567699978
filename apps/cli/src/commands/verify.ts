/** `topiary verify`: the files of a submission against their hashes and against the numbers that it claims. */
import { answer, type Run } from '@topiary/client';
import { type Context, defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';
import { oneLine } from '../safe-text.js';
import { table } from '../text.js';

const fileOf = async ({ url }: Context, sha256: string): Promise<Uint8Array | null> => {
  const found = await fetch(`${url}/api/v1/artefacts/${sha256}`);
  return found.ok ? new Uint8Array(await found.arrayBuffer()) : null;
};

const nameOf = ({ target, seed }: Run): string => `${target?.label ?? ''} seed ${seed}`.trim();

export const Verify = defineCommand({
  name: 'verify',
  summary: 'fetches the files of a submission, and compares hashes, parameters and MACs with what it claims',
  operands: '<id>',
  options: {},
  examples: ['topiary verify 0199c1b2-…'],
  run: async (context, operands) => {
    const [id] = operands;
    if (id === undefined || operands.length > 1) throw new UsageError('verify takes the id of one submission');
    const submission = answer(await context.api.GET('/api/v1/submissions/{id}', { params: { path: { id } } }));
    const ended = submission.runs.filter(({ result }) => result !== null);
    if (ended.length === 0) throw new UsageError(`${id}: none of its runs has ended with a result yet`);
    const { verifyRun } = await import('../local/verify-run.js');
    const runs = [];
    for (const run of ended)
      runs.push({ run: run.id, name: nameOf(run), lines: await verifyRun(run.result!, (sha) => fileOf(context, sha)) });
    const lines = runs.flatMap((run) => run.lines);
    const wrong = lines.filter(({ state }) => state === 'DIFFERENT').length;
    if (context.json) context.out(`${JSON.stringify({ submission: id, same: wrong === 0, runs })}\n`);
    else {
      for (const { name, lines: own } of runs) {
        context.out(`${name}\n`);
        context.out(table(own.map((one) => ['', one.state, one.what, oneLine(one.claimed), oneLine(one.found)])));
      }
      context.out(
        wrong > 0
          ? `${wrong} of ${lines.length} differ\n`
          : 'everything that is there is what it claims to be; its accuracy needs the data: submit the recipe again\n',
      );
    }
    return wrong === 0 ? EXIT.ok : EXIT.failed;
  },
});
