/** How the command line speaks: safe words, suggestions, completions, silence; and what it lists. */

import { nearest, slips } from '@topiary/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bar } from '../../../apps/cli/src/progress.js';
import { oneLine, safeText } from '../../../apps/cli/src/safe-text.js';
import { speechOf } from '../../../apps/cli/src/speech.js';
import { type ListeningApi, listeningApi } from '../../helpers/api-server.js';
import { type TopiaryCli, topiaryCli } from '../../helpers/topiary-cli.js';

const BOARD = 'classification.resnet-tiny.shapes32';

let server: ListeningApi;
let topiary: TopiaryCli['run'];
beforeAll(async () => {
  server = await listeningApi();
  topiary = topiaryCli(server).run;
});
afterAll(() => server.close());

/** Clears the screen, turns the line round, rings, hides letters, and ends in half of a character. */
const HOSTILE = 'a\u001b[2J\u009b31m\u202eb\u2066\u0007\u007f\u2028c\u200bd\u{e0041}e\ud800\r';
const SHOWN = 'a\\u001b[2J\\u009b31m\\u202eb\\u2066\\u0007\\u007f\\u2028c\\u200bd\\udb40\\udc41e\\ud800\\u000d';

describe('what other people wrote', () => {
  it('never reaches a terminal as control characters, turned writing or invisible letters', () => {
    expect(safeText(HOSTILE)).toBe(SHOWN);
    for (const fine of ['naïve — “x”\n', '👩‍🚀', 'नमस्‍ते', '表\t1\r\n']) expect(safeText(fine)).toBe(fine);
  });

  it('means the same in JSON', () => {
    const text = JSON.stringify({ title: HOSTILE });
    expect(JSON.parse(safeText(text))).toEqual({ title: HOSTILE });
    expect(safeText(text)).toMatch(/^[\x20-\x7e]*$/);
  });

  it('cannot forge a line of a table or of what happens', async () => {
    expect(oneLine('one\r\ntwo\tthree')).toBe('one\\ntwo\\tthree');
    const { id } = JSON.parse((await topiary(['submit', '-b', BOARD, '--json', '--title', 'Loud'])).out);
    await server.database.query(`UPDATE submissions SET title = E'mine\\nid  0' WHERE id = '${id}'`);
    const { out } = await topiary(['status']);
    expect(out).toContain('mine\\nid  0');
    expect(out).not.toMatch(/^id {2}0/m);
  });

  it('goes to another program as it is, where it is a file', () => {
    const said: string[] = [];
    const io = { out: (text: string) => said.push(text), err: () => undefined, terminal: false };
    speechOf({ ...io, shown: false }, false).raw(HOSTILE);
    speechOf({ ...io, shown: true }, false).raw(HOSTILE);
    expect(said).toEqual([HOSTILE, SHOWN]);
  });
});

describe('what was meant', () => {
  it('counts letters that are wrong, missing, too many or swapped', () => {
    const cases = [
      ['submit', 'sumbit', 1],
      ['submit', 'submt', 1],
      ['submit', 'submits', 1],
      ['export', 'expert', 1],
      ['kitten', 'sitting', 3],
      ['', 'abc', 3],
    ] as const;
    for (const [a, b, n] of cases) expect([slips(a, b), slips(b, a)]).toEqual([n, n]);
  });

  it('is the nearest word, and nothing where none is near', () => {
    expect(nearest('stauts', ['status', 'submit'])).toBe('status');
    expect(nearest('resnet-tiny', ['classification.resnet-tiny.shapes32', 'x'])).toBeNull();
    expect(nearest('complet', ['completions'])).toBe('completions');
    expect(nearest('banana', ['status', 'submit'])).toBeNull();
  });

  it('is said of commands, options, boards and methods', async () => {
    expect((await topiary(['sumbit'])).err).toContain("did you mean 'submit'?");
    expect((await topiary(['submit', '--bord', BOARD])).err).toContain("did you mean '--board'?");
    const board = await topiary(['submit', '-b', 'classification.resnet-tiny.shapes23']);
    expect(board).toMatchObject({ code: 3, err: expect.stringContaining(`did you mean '${BOARD}'?`) });
    const method = await topiary(['submit', '-b', BOARD, '-c', 'magnitude-l3']);
    expect(method).toMatchObject({ code: 3, err: expect.stringMatching(/did you mean 'magnitude-l[12]'\?/) });
    const one = await topiary(['models', 'resnet-tinny']);
    expect(one).toMatchObject({ code: 2, err: expect.stringContaining("did you mean 'resnet-tiny'?") });
  });
});

describe('lists', () => {
  it.each([
    ['boards', BOARD],
    ['methods', 'magnitude-l2'],
    ['models', 'resnet-tiny'],
    ['datasets', 'shapes32'],
  ])('%s names what the server offers, and says more about one', async (command, id) => {
    const { out, code } = await topiary([command]);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^${id.replaceAll('.', '\\.')} `, 'm'));
    const all = JSON.parse((await topiary([command, '--json'])).out) as { id: string; title: string }[];
    expect(out.trim().split('\n')).toHaveLength(all.length + 1);
    const { title } = all.find((each) => each.id === id)!;
    expect((await topiary([command, id])).out).toContain(title);
    expect(JSON.parse((await topiary([command, id, '--json'])).out)).toMatchObject({ id, title });
  });
});

describe('completions', () => {
  const complete = async (...words: string[]) => (await topiary(['complete', '--', ...words])).out.trim().split('\n');

  it('know commands, options and the values of options', async () => {
    expect(await complete('s')).toEqual(['submit', 'status']);
    expect(await complete('export', '--for')).toEqual(['--format']);
    expect(await complete('export', '--format', '')).toEqual(['csv', 'parquet', 'json']);
    expect(await complete('completions', '')).toEqual(['bash', 'zsh', 'fish']);
    // a file may stand there
    expect(await complete('check', 'pru')).toEqual(['']);
  });

  it.each(['bash', 'zsh', 'fish'])('for %s ask the program itself', async (shell) => {
    expect((await topiary(['completions', shell])).out).toContain('topiary complete -- ');
  });
});

describe('a terminal', () => {
  it('shows how far something is in one line, which goes when there is more to say', () => {
    const said: string[] = [];
    const { status, note } = speechOf(
      { out: () => undefined, err: (text) => said.push(text), terminal: true, shown: true },
      false,
    );
    status('half\u001b[2J');
    note('done\n');
    expect(said).toEqual(['\r\u001b[2Khalf\\u001b[2J', '\r\u001b[2K', 'done\n']);
    expect([0, 0.5, 1].map(bar)).toEqual([
      '[                        ] 0 %',
      '[===========>            ] 50 %',
      '[========================] 100 %',
    ]);
  });

  it('is told nothing but results and failures with --quiet', async () => {
    const { err } = await topiary(['check', 'nothing.onnx', '--quiet'], { terminal: true });
    expect(err).toMatch(/^topiary: .*nothing\.onnx/);
    const said: string[] = [];
    const { status, note } = speechOf(
      { out: () => undefined, err: (text) => said.push(text), terminal: true, shown: true },
      true,
    );
    status('half');
    note('done\n');
    expect(said).toEqual([]);
  });
});
