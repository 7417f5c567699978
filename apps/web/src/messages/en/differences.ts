/** How what runs here differs from PruningBench: on a board, and as the whole table. */
export const differences = {
  'differences.none': 'Nothing runs on this board here; its numbers are those of papers.',
  'differences.methods': 'Methods differ, too, each as its page says.',
  'differences.table': 'The whole table',
  'differences.caption': 'Differences from PruningBench, Torch-Pruning and the papers',
  'differences.from': 'From',
  'differences.concerns': 'Concerns',
  'differences.what': 'What',
  'differences.why': 'Why',
  'differences.every': 'every row',
} as const;
