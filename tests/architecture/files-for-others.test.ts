/** Files that leave this project are in standard operators: whoever encodes one calls `standard` first. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const sources = ['apps/api', 'apps/cli', 'workers/evaluator'].flatMap((unit) =>
  readdirSync(join(root, unit, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(unit, 'src', file)),
);

/** Calls of `encode` itself, not of a method of that name, whose argument is not `standard(…)`. */
const BARE = /(?<![.\w])encode\((?!standard\()/g;

it('every network that is written is written by encode(standard(…))', () => {
  expect(sources.length).toBeGreaterThan(100);
  const encoding = sources.filter((file) =>
    /import \{[^}]*\bencode\b[^}]*\} from '@topiary\/onnx'/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(encoding.length).toBeGreaterThan(0);
  const bare = encoding.filter((file) => BARE.test(readFileSync(join(root, file), 'utf8')));
  expect(bare).toEqual([]);
});
