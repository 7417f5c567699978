/** What tracks of pruned networks have in common: their phases, their axes, what chance would have done. */
import type { Track } from './_track.js';

export const PRUNING: Pick<Track, 'phases' | 'axes' | 'targetAxis' | 'controls' | 'apart'> = {
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
  controls: [
    {
      id: 'random',
      title: 'random pruning',
      recipe: { criterion: 'random', regularizer: null, procedure: null, next: null },
      same: ['finetune'],
      nearest: 'scope',
    },
  ],
  // PruningBench ranks rows that train towards sparsity before pruning by themselves: they train twice as long.
  apart: [{ field: 'regularizer', present: 'regularizer', absent: 'criterion' }],
};
