/** The toy procedure, in words. */
import type { AboutProcedure } from './_procedure.js';

export const TOY_HALVE: AboutProcedure = {
  kind: 'procedure',
  id: 'toy-halve',
  title: 'Example: halve every width',
  summary: 'Keeps the larger half of every layer by magnitude and fine-tunes: the shortest possible procedure.',
  formula: String.raw`K' = \lfloor K / 2 \rfloor`,
  paper: null,
  needs: [],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [],
  axes: ['macs', 'params', 'latency'],
  reaches: [],
  stages: [
    { id: 'prune', title: 'Halve' },
    { id: 'finetune', title: 'Fine-tune' },
  ],
};
