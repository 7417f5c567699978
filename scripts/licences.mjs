/** The licences of the npm packages that a bundle copies: they ask to go with their code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

/** `node_modules/<name>` of a file inside of it. */
const packageFolder = (file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];

export const licencesOf = ({ inputs }) => {
  const folders = [...new Set(Object.keys(inputs).map(packageFolder))].filter((folder) => folder !== undefined).sort();
  return folders
    .map((folder) => {
      const at = join(root, folder);
      const { name, version, license } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
      const file = readdirSync(at).find((each) => /^licen[cs]e/i.test(each));
      const text = file && existsSync(join(at, file)) ? readFileSync(join(at, file), 'utf8').trim() : '';
      return `${name} ${version}, ${license}\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
};
