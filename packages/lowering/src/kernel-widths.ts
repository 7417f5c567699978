/**
 * What the CPU's convolutions compute in the place of what a layer asks: channels in whole blocks. So a width that just
 * exceeds a block costs as much as the next whole one, and fewer MACs need not mean less time.
 *
 * onnxruntime arranges a convolution with constant weights so (core/optimizer/nchwc_transformer.cc): a filter's outputs
 * are filled up to whole blocks, its inputs too; fewer inputs than a block are read as they are; other inputs must come in
 * fours. A depthwise one is filled up once and must come in fours, too; a grouped one goes into blocks only where both
 * widths of a group are whole ones. What does not fit stays plain, which takes 1.5 to 2.2 times as long (`blocked/conv.ts`).
 */
import { intOf, type Node, type Shape } from '@topiary/onnx';
import { padded, REORDERED } from './blocked/_nchwc.js';

export interface KernelWidths {
  /** Channels that are asked for, and that are computed. */
  readonly inputs: readonly [asked: number, computed: number];
  readonly outputs: readonly [asked: number, computed: number];
  /** Products that are computed, per product that is asked for; 1: none is wasted. */
  readonly factor: number;
  /** Why it is computed in plain layout: its channels do not come in fours, or its groups fill no blocks; null: it is not. */
  readonly plain: 'fours' | 'groups' | null;
}

/** Null for what is no convolution over two axes, or where the kernels know no blocks (`block` 0). */
export const kernelWidths = (node: Node, w: Shape | null, block: number): KernelWidths | null => {
  if (node.op !== 'Conv' || block === 0 || w?.length !== 4) return null;
  const [K, perGroup] = w.map(Number) as [number, number];
  const group = intOf(node, 'group', 1);
  const C = perGroup * group;
  const same = { inputs: [C, C], outputs: [K, K], factor: 1 } as const;
  if (group > 1 && perGroup === 1 && group === K) {
    const whole = padded(K, block);
    if (K % REORDERED !== 0) return { ...same, plain: 'fours' };
    return { inputs: [C, whole], outputs: [K, whole], factor: whole / K, plain: null };
  }
  if (group > 1) return { ...same, plain: perGroup % block === 0 && (K / group) % block === 0 ? null : 'groups' };
  if (C >= block && C % REORDERED !== 0) return { ...same, plain: 'fours' };
  const [Kp, Cp] = [padded(K, block), C < block ? C : padded(C, block)];
  return { inputs: [C, Cp], outputs: [K, Kp], factor: (Kp * Cp) / (K * C), plain: null };
};
