/** Which state of the project measured something: its version and the commit. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const codeVersionOf = (project: string): string => {
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { version: string };
  const commit = execFileSync('git', ['rev-parse', '--short=8', 'HEAD'], { cwd: project, encoding: 'utf8' }).trim();
  return `${version}+${commit}`;
};
