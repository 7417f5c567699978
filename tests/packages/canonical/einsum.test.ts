/** Einsum against onnxruntime's own, in the forms that exporters write. */
import { isTopiaryError } from '@topiary/errors';
import { string, type Tensor } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';
import { check, n, opsOf, ramp, sketch } from './graphs.js';

const NAMES = ['x', 'a', 'b'];

const run = (equation: string, ...shapes: (readonly number[])[]) => {
  const terms = equation.split('->')[0]!.split(',');
  // whoever begins as the first operand has the batch, too
  const inputs = shapes.map((dims, i) => ({
    name: NAMES[i]!,
    type: 'float32' as const,
    shape: terms[i]![0] === terms[0]![0] ? ['batch', ...dims.slice(1)] : dims,
  }));
  const feeds: Record<string, Tensor> = Object.fromEntries(shapes.map((dims, i) => [NAMES[i]!, ramp(...dims)]));
  const names = NAMES.slice(0, shapes.length).join(' ');
  return check(sketch({ inputs, nodes: [n('Einsum', names, 'y', { equation: string(equation) })] }), feeds);
};

const weighted = (equation: string, dims: readonly number[], weight: readonly number[]) =>
  check(
    sketch({
      inputs: [{ name: 'x', type: 'float32', shape: ['batch', ...dims.slice(1)] }],
      constants: { w: ramp(...weight) },
      nodes: [n('Einsum', 'x w', 'y', { equation: string(equation) })],
    }),
    { x: ramp(...dims) },
  );

describe('Einsum', () => {
  it('is a Transpose, a ReduceSum or nothing where there is one operand', async () => {
    expect(opsOf(await run('bij->bji', [2, 3, 4]))).toBe('Transpose');
    expect(opsOf(await run('bij->bi', [2, 3, 4]))).toBe('ReduceSum');
    expect(opsOf(await run('bij->jb', [2, 3, 4]))).toBe('ReduceSum Transpose');
  });

  it('is one MatMul where a tensor meets a weight', async () => {
    const graph = await weighted('bnc,cd->bnd', [2, 3, 4], [4, 5]);
    expect(opsOf(graph)).toBe('MatMul');
    expect(graph.nodes[0]!.inputs[1]).toBe('w');
    expect(opsOf(await weighted('bnc,dc->bnd', [2, 3, 4], [5, 4]))).toBe('MatMul');
  });

  it('keeps heads of a weight apart behind the product', async () => {
    expect(opsOf(await weighted('bnc,chd->bnhd', [2, 3, 4], [4, 2, 5]))).toBe('MatMul Reshape');
    expect(opsOf(await weighted('bnhd,hdc->bnc', [2, 3, 2, 4], [2, 4, 5]))).toContain('MatMul');
  });

  it('is a batched product in attention', async () => {
    expect(opsOf(await run('bhnd,bhmd->bhnm', [2, 3, 4, 5], [2, 3, 6, 5]))).toBe('Transpose MatMul');
    expect(opsOf(await run('bnhd,bmhd->bhnm', [2, 4, 3, 5], [2, 6, 3, 5]))).toBe('Transpose Transpose MatMul');
    expect(opsOf(await run('bhnm,bmhd->bnhd', [2, 3, 4, 6], [2, 6, 3, 5]))).toBe('Transpose MatMul Transpose');
    // MaxViT of torchvision
    await run('BGHID,BGHJD->BGHIJ', [2, 2, 3, 4, 5], [2, 2, 3, 4, 5]);
    await run('BGHIJ,BGHJD->BGHID', [2, 2, 3, 4, 4], [2, 2, 3, 4, 5]);
  });

  it('exchanges the operands where the result has the columns first', async () => {
    expect(opsOf(await run('bij,bjk->bki', [2, 3, 4], [2, 4, 5]))).not.toContain('MatMul Transpose');
  });

  it('is a Mul where nothing is contracted', async () => {
    expect(opsOf(await run('bi,bj->bij', [2, 3], [2, 4]))).toBe('Unsqueeze Unsqueeze Mul');
    expect(opsOf(await run('bi,bi->bi', [2, 3], [2, 3]))).toBe('Mul');
    await run('bci,c->bci', [2, 3, 4], [3]);
  });

  it('sums what only one operand has, and contracts several labels at once', async () => {
    await run('bij,bk->b', [2, 3, 4], [2, 5]);
    await run('bijk,bijk->b', [2, 3, 4, 5], [2, 3, 4, 5]);
    await run('bijk,bij->bk', [2, 3, 4, 5], [2, 3, 4]);
  });

  it('reads dots and equations without a result', async () => {
    await run('...ij,...jk->...ik', [2, 3, 4, 5], [2, 3, 5, 6]);
    await run('...ij,jk->...ik', [2, 3, 4, 5], [5, 6]);
    await run('bij,bjk', [2, 3, 4], [2, 4, 5]);
  });

  it('takes three operands from left to right', async () => {
    await run('bi,bij,bj->b', [2, 3], [2, 3, 4], [2, 4]);
  });

  it.each(['bii->bi', 'bij,bjk->bil', 'bij->bij->b', 'b i', 'b1j->b'])('%s is refused', async (equation) => {
    const shapes = equation
      .split('->')[0]!
      .split(',')
      .map(() => [2, 3, 3]);
    const failure = await run(equation, ...shapes).catch((error: unknown) => error);
    expect(isTopiaryError(failure) && failure.code).toBe('TOPIARY_OPS_BAD_NODE');
  });
});
