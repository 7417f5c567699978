/** `topiary check`: what the gate of a board would say of a file, before anything is entered. The server keeps nothing. */
import { readFile } from 'node:fs/promises';
import { type paths, postBytes } from '@topiary/client';
import { defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';
import { table } from '../text.js';

type Verdict = paths['/api/v1/checks/file']['post']['responses'][200]['content']['application/json'];

const MARK = { passed: 'passed', failed: 'FAILED', skipped: '-' } as const;

const describe = ({ ok, checks, faults, facts, speedup }: Verdict): string =>
  [
    table(checks.map(({ title, state, detail }) => [MARK[state], title, detail])),
    ...faults.map((fault) => `  ${JSON.stringify(fault)}\n`),
    facts === null ? '' : `${facts.bytes} bytes, ${facts.params} parameters, opset ${facts.opset}\n`,
    speedup === null
      ? ''
      : `${speedup.published.toFixed(2)}x by the published count, ${speedup.pure.toFixed(2)}x by the pure one\n`,
    ok ? 'the file may be entered\n' : 'the file would be refused\n',
  ].join('');

export const Check = defineCommand({
  name: 'check',
  summary: "tries a file at the gate, beside a board's base network (exit 1 when it would be refused)",
  operands: '<file.onnx>',
  options: { board: { type: 'string', short: 'b', value: 'id', help: 'the board to enter' } },
  examples: ['topiary check pruned.onnx --board classification.resnet-tiny.shapes32'],
  run: async ({ url, settings, json, out }, operands, { board }) => {
    const [file] = operands;
    if (file === undefined || operands.length > 1) throw new UsageError('check takes one file');
    if (board === undefined)
      throw new UsageError('check needs --board <id>: what is allowed depends on its base network');
    const bytes = new Uint8Array(await readFile(file));
    const path = `/api/v1/checks/file?board=${encodeURIComponent(board)}`;
    const verdict = await postBytes<Verdict>({ url, key: settings.key }, path, bytes);
    out(json ? `${JSON.stringify(verdict)}\n` : describe(verdict));
    return verdict.ok ? EXIT.ok : EXIT.failed;
  },
});
