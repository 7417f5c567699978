/** A recorded run of ResNet-56 on CIFAR-10: what resnet56-cifar10.ts writes and parity.ts compares with. */
import type { Result } from '@topiary/contracts';

export const NAME = 'resnet56-cifar10';
export const BOARD = 'classification.resnet56.cifar10';

/** What one run leaves in the file. Seconds are wall time; `load` tells how busy the machine was with other work. */
export interface Recorded {
  readonly criterion: string;
  readonly seed: number;
  readonly steps: number;
  readonly top1: Readonly<Record<'base' | 'pruned' | 'finetuned', number>>;
  readonly testImages: number;
  readonly speedup: { readonly published: number; readonly pure: number };
  readonly params: Result['params'];
  readonly macs: Result['macs'];
  readonly widths: readonly number[];
  readonly seconds: Result['seconds'];
  readonly msPerStep: number;
  readonly cpuSeconds: number;
  readonly load: readonly [number, number];
  /** Training loss of each step. */
  readonly losses: readonly number[];
  readonly base: string;
  readonly splitHash: string;
  readonly recipeHash: string;
  readonly protocol: string;
  readonly machine: Result['machine'];
  readonly at: string;
  /** Of one pruning step; older entries have none. */
  readonly stepSeconds?: Result['stepSeconds'];
  /** Which test pictures were right at the end, packed bits in base64; older entries have none. */
  readonly correct?: string;
  /** Added by hand where something disturbed the run. */
  readonly note?: string;
}
