/** The site with made-up answers, for tests in a browser that need no server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface Fixtures {
  readonly process: ChildProcess;
  readonly url: string;
}

/** The built site with made-up answers; 0: any free port. */
export const startFixtures = async (): Promise<Fixtures> => {
  const script = join(root, 'scripts/dev/web-fixtures.ts');
  const process_ = spawn(process.execPath, ['--import', 'tsx', script, '0'], { cwd: root });
  const url = await new Promise<string>((done, failed) => {
    let said = '';
    const listen = (piece: Buffer) => {
      said += piece.toString();
      const found = /fixtures on (\S+)/.exec(said);
      if (found) done(found[1]!);
    };
    process_.stdout.on('data', listen);
    process_.stderr.on('data', listen);
    process_.on('exit', (code) => failed(new Error(`the fixtures ended with ${code}: ${said}`)));
  });
  return { process: process_, url };
};
