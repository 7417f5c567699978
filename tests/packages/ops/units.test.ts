/** One operator = one file with one name, in one sorted list. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { allOps } from '@topiary/ops';
import { describe, expect, it } from 'vitest';

const folder = resolve(import.meta.dirname, '../../../packages/ops/src');
/** Files that serve all operators rather than being one. */
const MACHINERY = [
  'count.ts',
  'index.ts',
  'infer-types.ts',
  'layer-costs.ts',
  'operators.ts',
  'peak-activation-bytes.ts',
  'work-of.ts',
];
const files = readdirSync(folder).filter((file) => !file.startsWith('_') && !MACHINERY.includes(file));

/** `ReduceL2` → `reduce-l2`, `ScatterND` → `scatter-nd` */
const fileOf = (type: string): string => `${type.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()}.ts`;

describe('packages/ops', () => {
  it('has a file of the same name for every operator, and no other', () => {
    expect(
      allOps()
        .map(({ type }) => fileOf(type))
        .sort(),
    ).toEqual(files.sort());
  });

  it('lists the operators in order', () => {
    const lines = readFileSync(resolve(folder, 'operators.ts'), 'utf8').split('\n').slice(1).filter(Boolean);
    const names = lines.map((line) => /\{ (\w+) \}/.exec(line)![1]!.toLowerCase());
    expect(names).toEqual([...names].sort());
  });

  it.each(files)('%s imports no other operator', (file) => {
    const text = readFileSync(resolve(folder, file), 'utf8');
    const imported = [...text.matchAll(/from '\.\/([^']+)\.js'/g)].map(([, name]) => name!);
    expect(imported.filter((name) => !name.startsWith('_'))).toEqual([]);
  });

  it.each(files)('%s begins with what it computes and stays short', (file) => {
    const text = readFileSync(resolve(folder, file), 'utf8');
    expect(text.startsWith('/**')).toBe(true);
    expect(text.split('\n').length).toBeLessThan(300);
  });
});
