/** The blocks of code in the documents, and what each says of itself: that it runs, or why it cannot. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export interface Block {
  /** `docs/tutorial.md`, and the line of the fence. */
  readonly file: string;
  readonly line: number;
  readonly language: string;
  /** `run`, `skip`, `file` or `line`; empty: it says nothing. */
  readonly does: string;
  /** Modules that it needs, the reason why it is skipped, or the path that it is. */
  readonly rest: string;
  readonly code: string;
}

export const DOCUMENTS: readonly string[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

export const blocksOf = (file: string): readonly Block[] => {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^```(\w+)(?: (\w+)(?: (.*))?)?\n([\s\S]*?)^```$/gm)].map((found) => {
    const [, language = '', does = '', rest = '', code = ''] = found;
    return { file, line: text.slice(0, found.index).split('\n').length, language, does, rest, code };
  });
};
