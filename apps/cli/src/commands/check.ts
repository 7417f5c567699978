/** `topiary check`: what the gate says of a file before anything is entered: on this machine, or by a board's server. */
import { readFile } from 'node:fs/promises';
import { sendBytes, type Verdict } from '@topiary/client';
import { type Context, defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';
import { oneLine } from '../safe-text.js';
import { fileSize, table } from '../text.js';

const MARK = { passed: 'passed', failed: 'FAILED', skipped: '-' } as const;

const describe = ({ ok, checks, faults, facts, speedup }: Verdict, conclusion: string): string =>
  [
    table(checks.map(({ title, state, detail }) => [MARK[state], title, detail])),
    ...faults.map(({ code, detail }) => `  ${oneLine(detail)} (${code})\n`),
    facts === null ? '' : `${fileSize(facts.bytes)}, ${facts.params} parameters, opset ${facts.opset}\n`,
    speedup === null
      ? ''
      : `${speedup.published.toFixed(2)}x by the published count, ${speedup.pure.toFixed(2)}x by the pure one\n`,
    ok ? `${conclusion}\n` : 'the file would be refused\n',
  ].join('');

interface Asked {
  readonly board?: string;
  readonly base?: string;
  readonly criterion?: boolean;
}

const conclusionOf = ({ board, base, criterion }: Asked): string => {
  if (board !== undefined) return 'the file may be entered';
  const passed = 'the file passes the checks of this machine';
  if (base !== undefined || criterion) return passed;
  return `${passed}; it was compared with no base network: --base <file> or --board <id> does that`;
};

const byServer = async ({ url, settings }: Context, file: string, board: string, criterion: boolean) => {
  const query = new URLSearchParams({ board, ...(criterion ? { kind: 'criterion' } : {}) });
  const bytes = await readFile(file);
  const request = { method: 'POST', path: `/api/v1/checks/file?${query}`, bytes } as const;
  return sendBytes<Verdict>({ url, key: settings.key }, request);
};

export const Check = defineCommand({
  name: 'check',
  summary: 'tries a file at the gate, here or at the server of a board (exit 1 when it would be refused)',
  operands: '<file.onnx>',
  options: {
    board: { type: 'string', short: 'b', value: 'id', help: "asks the server: beside the board's base network" },
    base: { type: 'string', value: 'file.onnx', help: 'without a server: the base network to compare with' },
    criterion: { type: 'boolean', help: 'the file is a graph that scores channels' },
  },
  examples: [
    'topiary check pruned.onnx                                  # no server needed',
    'topiary check pruned.onnx --base dense.onnx',
    'topiary check pruned.onnx --board classification.resnet-tiny.shapes32',
    'topiary check score.onnx --criterion',
  ],
  run: async (context, operands, asked) => {
    const [file] = operands;
    const { board, base, criterion = false } = asked;
    if (file === undefined || operands.length > 1) throw new UsageError('check takes one file');
    if (base !== undefined && (board !== undefined || criterion))
      throw new UsageError(`--base says nothing beside ${board === undefined ? '--criterion' : '--board'}`);
    const verdict: Verdict =
      board === undefined
        ? await (await import('../local/gate.js')).localVerdict(file, { base, criterion })
        : await byServer(context, file, board, criterion);
    context.out(context.json ? `${JSON.stringify(verdict)}\n` : describe(verdict, conclusionOf(asked)));
    return verdict.ok ? EXIT.ok : EXIT.failed;
  },
});
