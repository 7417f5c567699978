/** What a run of a pruning recipe goes through, whatever the network is for. */
import type { TrackDescription } from '@topiary/contracts';

export const STAGES: TrackDescription['stages'] = [
  { id: 'prepare', title: 'Prepare model and data' },
  { id: 'sparsify', title: 'Train towards sparsity' },
  { id: 'prune', title: 'Score and prune' },
  { id: 'finetune', title: 'Fine-tune' },
  { id: 'evaluate', title: 'Evaluate on the test split' },
  { id: 'measure', title: 'Measure latency' },
  { id: 'publish', title: 'Store and publish' },
];
