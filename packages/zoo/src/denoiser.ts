/** What a denoiser is: a network that is told a noised picture, a timestep and a class, with the counts that it must have. */
import type { Layers } from './models/_layers.js';

/** The inputs of a denoiser, by their names. */
export interface Conditions {
  /** [N, C, H, W] */
  readonly x: string;
  /** [N] */
  readonly t: string;
  /** [N]; the number after the last class means no class. */
  readonly y: string;
  /** What else it is told, by name. */
  readonly more: Readonly<Record<string, string>>;
}

export interface Denoiser {
  readonly id: string;
  readonly title: string;
  readonly paper: string | null;
  /** Channels, height, width of a picture or of its latents. */
  readonly input: readonly [number, number, number];
  readonly classes: number;
  /** A whole step of the diffusion, or a moment from 0 to 1. */
  readonly time: 'int64' | 'float32';
  /** What comes out, [N, C, H, W]; with learned variances there are as many channels of these behind. */
  readonly predicts: 'noise' | 'velocity';
  /** What else it is told: numbers of one example, by name (nothing). */
  readonly more?: Readonly<Record<string, readonly number[]>>;
  build(nn: Layers, conditions: Conditions): string;
  /** Learned numbers, those of a fixed table of positions with them, as papers count; multiply-accumulates of one picture. */
  readonly expected: { readonly params: number; readonly macs: { readonly pure: number; readonly published: number } };
}
