/** SA-1B: 11 million photographs with 1.1 billion masks; any part of it, split into two folders. https://segment-anything.com */
import { saFolder } from './_sa-folder.js';

export const Sa1b = saFolder({
  id: 'sa-1b',
  title: 'SA-1B',
  summary: 'Photographs with masks of everything in them, as the makers of Segment Anything published them.',
  input: [3, 1024, 1024],
  showcase: 12,
  cure: 'Get files from https://ai.meta.com/datasets/segment-anything and put pictures and JSON files into DATA_DIR/sa-1b/train and DATA_DIR/sa-1b/test',
  source: 'Kirillov et al. 2023, https://segment-anything.com; SA-1B Dataset Research License',
});
