/** What tracks of pruned networks have in common: their phases, their axes, what chance would have done. */
import type { BoardDescription, PruneDefaults } from '@topiary/contracts';
import type { Track } from './_track.js';

/** Targets on the track's axis of MACs. */
export const speedups = (...values: readonly number[]): BoardDescription['targets'] =>
  values.map((value) => ({ axis: 'macs', value, label: `${value}x` }));

export const PRUNING: Pick<Track, 'phases' | 'axes' | 'targetAxis' | 'controls' | 'apart' | 'showcase'> = {
  phases: [
    { id: 'base', title: 'base model' },
    { id: 'pruned', title: 'right after the cut' },
    { id: 'finetuned', title: 'after fine-tuning' },
  ],
  axes: [
    { id: 'macs', title: 'MACs', unit: '', digits: 3, scale: 'log', perMachine: false },
    { id: 'params', title: 'Parameters', unit: '', digits: 3, scale: 'log', perMachine: false },
    { id: 'latency', title: 'Latency', unit: 'ms', digits: 3, scale: 'linear', perMachine: true },
  ],
  targetAxis: 'macs',
  showcase: null,
  controls: [
    {
      id: 'random',
      title: 'random pruning',
      recipe: { criterion: 'random', regularizer: null, procedure: null, next: null },
      same: ['finetune'],
      nearest: 'scope',
    },
    {
      id: 'widths',
      title: 'the same widths, channels by chance',
      recipe: { 'prune.shuffle': true },
      same: ['*'],
      nearest: 'scope',
    },
  ],
  // PruningBench ranks rows that train towards sparsity before pruning by themselves: they train twice as long.
  apart: [{ field: 'regularizer', present: 'regularizer', absent: 'criterion' }],
};

/** As version 1 of the boards cut: each criterion had its own solver, and parameters that came later their old meaning. */
export const PRUNE_1: PruneDefaults = { solve: null, steps: 8, strata: 'as-scored', parameters: 'before' };

/**
 * One solver for a ranking: every criterion is estimated anew on the way, as in PruningBench, as often as the slowest of them
 * can afford. The study is `scripts/experiments/solver-study.ts`.
 */
export const PRUNE: PruneDefaults = { solve: 'first-crossing', steps: 20, strata: 'even', parameters: 'current' };
