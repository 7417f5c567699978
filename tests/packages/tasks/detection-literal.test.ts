/** Python's literals, as exported files carry them; the expected values are what CPython's `ast.literal_eval` gives. */
import { describe, expect, it } from 'vitest';
import { readLiteral } from '../../../packages/tasks/src/detection/literal.js';
import { saidBy } from '../../../packages/tasks/src/detection/metadata.js';

describe('a literal', () => {
  it.each([
    [
      "{0: 'person', 1: \"it's\"}",
      new Map([
        [0, 'person'],
        [1, "it's"],
      ]),
    ],
    ['[640, 320]', [640, 320]],
    ['(8, 16.5, -3e2,)', [8, 16.5, -300]],
    [
      "{'a': [True, False, None], 'b': {}}",
      new Map<string, unknown>([
        ['a', [true, false, null]],
        ['b', new Map()],
      ]),
    ],
    ["'a\\'b\\n'", "a'b\n"],
    ['  [ ] ', []],
  ])('is read: %s', (text, value) => {
    expect(readLiteral(text, 'names')).toEqual(value);
  });

  it.each([
    '',
    '[1, 2',
    '{1 2}',
    '__import__("os")',
    "'open",
    '[1] + [2]',
    '{[1]: 2}',
    'f(1)',
    '1 2',
    `${'['.repeat(40)}`,
  ])('is refused where it is none: %s', (text) => {
    expect(() => readLiteral(text, 'names')).toThrow(expect.objectContaining({ code: 'TOPIARY_ONNX_UNSUPPORTED' }));
  });
});

describe('metadata', () => {
  it('says classes, size and licence, or nothing', () => {
    const metadata = { task: 'detect', names: "{1: 'ring', 0: 'disc'}", imgsz: '[320, 320]', license: 'MIT' };
    expect(saidBy({ metadata })).toEqual({ classes: ['disc', 'ring'], size: [320, 320], license: 'MIT' });
    expect(saidBy({ metadata: {} })).toEqual({ classes: null, size: null, license: null });
    expect(saidBy({ metadata: { imgsz: '640' } }).size).toEqual([640, 640]);
  });

  it.each([{ names: '{0: 1}' }, { names: "{1: 'one'}" }, { names: '3' }, { imgsz: "'large'" }, { task: 'pose' }])(
    'that contradicts itself is refused: %j',
    (metadata) => {
      expect(() => saidBy({ metadata: metadata as Record<string, string> })).toThrow(/metadata/);
    },
  );
});
