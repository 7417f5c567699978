/** The catalogue of methods: contract, uniqueness, one name everywhere, checks of parameters, and how little it loads. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MethodDescription } from '@topiary/contracts';
import { methodOf, procedureOf } from '@topiary/methods';
import { checkParameters, METHODS } from '@topiary/methods/catalogue';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const L2 = METHODS.find(({ id }) => id === 'magnitude-l2')!;

describe('METHODS', () => {
  it('are complete descriptions', () => {
    for (const method of METHODS) expect(MethodDescription.parse(method)).toEqual(method);
  });

  it('have one name: file, id and registry agree', () => {
    const files = (folder: string, kind: string) =>
      readdirSync(join(root, 'packages/methods/src', folder))
        .filter((name) => !name.startsWith('_') && name !== 'index.ts')
        .map((name) => `${kind} ${name.replace('.ts', '')}`);
    // examples among the procedures are not listed, and what a recipe without one means needs no name
    const unlisted = ['drop-blocks', 'prune-finetune', 'toy-halve', 'catalogue', 'registry'];
    const procedures = files('procedures', 'procedure').filter(
      (name) => !unlisted.includes(name.split(' ')[1]!) && !name.endsWith('-about'),
    );
    const expected = [...files('criteria', 'criterion'), ...files('regularizers', 'regularizer'), ...procedures];
    expect(METHODS.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual(expected.sort());
    for (const { kind, id } of METHODS) {
      if (kind === 'procedure') expect(procedureOf({ procedure: id }).id).toBe(id);
      else expect(methodOf(kind, id).id).toBe(id);
    }
  });

  it('have defaults that their own check accepts', () => {
    for (const method of METHODS) {
      const filled = checkParameters(method, {});
      expect(Object.keys(filled)).toEqual(method.parameters.map(({ id }) => id));
    }
  });

  it('load neither graphs nor onnxruntime', async () => {
    const { metafile } = await build({
      entryPoints: [join(root, 'packages/methods/src/catalogue.ts')],
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      outfile: 'catalogue.mjs',
      logLevel: 'silent',
    });
    const packages = new Set(Object.keys(metafile.inputs).map((path) => path.split('/').slice(0, 2).join('/')));
    expect([...packages].sort()).toEqual(['packages/errors', 'packages/methods']);
  });
});

describe('checkParameters', () => {
  it('keeps what is given and fills in the rest', () => {
    expect(checkParameters(L2, { bias: true })).toEqual({
      reduce: 'mean',
      normalise: 'mean',
      code_compat: false,
      bias: true,
    });
  });

  it.each([
    [{ p: 3 }, /params\.criterion\.p; expected a parameter of magnitude-l2: reduce, .*; got p/],
    [{ reduce: 'median' }, /params\.criterion\.reduce of magnitude-l2; expected one of mean, sum, max; got "median"/],
    [{ bias: 1 }, /params\.criterion\.bias of magnitude-l2; expected true or false; got 1/],
  ])('refuses %j', (values, message) => {
    expect(() => checkParameters(L2, values)).toThrow(message);
  });

  it('knows ranges and whole numbers', () => {
    const method = {
      kind: 'criterion',
      id: 'x',
      parameters: [{ id: 'n', title: 'n', meaning: 'n', type: 'integer', default: 3, min: 1, max: 8 }],
    } as const;
    const check = (n: number) => checkParameters({ ...method, parameters: [...method.parameters] }, { n });
    expect(check(8)).toEqual({ n: 8 });
    for (const n of [0, 9, 2.5, Number.NaN]) {
      expect(() => check(n)).toThrow(/params\.criterion\.n of x; expected a whole number from 1 to 8; got/);
    }
  });

  it('does not fall for names that every object has', () => {
    expect(() => checkParameters(L2, { toString: true })).toThrow(/toString/);
  });
});

describe('methodOf', () => {
  it('says what there is when nothing has the id', () => {
    expect(() => methodOf('criterion', 'nonsense')).toThrow(/criterion; expected one of .*taylor.*; got nonsense/);
    expect(() => methodOf('regularizer', 'nonsense')).toThrow(/one of bn-scale, group-lasso/);
  });
});
