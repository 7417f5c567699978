/** Which outputs may take an input's memory; that training comes out the same is tested where onnxruntime runs it. */
import { placesOf } from '@topiary/lowering';
import type { GraphBuilder } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { describe, expect, it } from 'vitest';

/** w, x -> whatever `body` makes; w' is to be written into w. */
const mayOverwrite = (body: (b: GraphBuilder, w: string, x: string) => string): boolean => {
  const b = createBuilder();
  const [w, x] = [b.input('w', 'float32', [4]), b.input('x', 'float32', [4])];
  const output = b.output(body(b, w, x));
  return placesOf(b.build('small')).mayOverwrite('w', output);
};

describe('mayOverwrite', () => {
  it('allows an update that reads its own input element by element', () => {
    expect(mayOverwrite((b, w, x) => b.op('Sub', [w, x]))).toBe(true);
  });

  it('refuses when another node still reads the input and nothing makes the update wait for it', () => {
    const another = (b: GraphBuilder, w: string, x: string) => b.op('Mul', [w, x]);
    expect(
      mayOverwrite((b, w, x) => {
        b.output(another(b, w, x));
        return b.op('Sub', [w, x]);
      }),
    ).toBe(false);
    expect(mayOverwrite((b, w, x) => b.op('Sub', [w, another(b, w, x)]))).toBe(true);
  });

  it('refuses a node that reads its input elsewhere than where it writes', () => {
    expect(mayOverwrite((b, w) => b.op('Softmax', [w]))).toBe(false);
    expect(mayOverwrite((b, w, x) => b.op('Add', [x, b.op('Softmax', [w])]))).toBe(true);
  });

  it('follows views, whose memory is the input itself', () => {
    const view = (b: GraphBuilder, w: string) => b.op('Reshape', [w, b.int64s([2, 2])]);
    expect(
      mayOverwrite((b, w, x) => {
        b.output(b.op('Softmax', [view(b, w)]));
        return b.op('Sub', [w, x]);
      }),
    ).toBe(false);
    expect(
      mayOverwrite((b, w, x) => {
        b.output(view(b, w));
        return b.op('Sub', [w, x]);
      }),
    ).toBe(false);
  });

  it('refuses an output that is the input', () => {
    expect(mayOverwrite((_b, w) => w)).toBe(false);
  });
});
