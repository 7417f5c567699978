/** BCCD: 364 photographs of blood smears with boxes around 4,888 cells. https://github.com/Shenggan/BCCD_Dataset */
import { voc } from './_boxes.js';

export const Bccd = voc({
  id: 'bccd',
  title: 'BCCD',
  // Yang et al. (Ghost-YOLOv8n) 90.4, NBCDC-YOLOv8 (IET Computer Vision 2025) 92.4
  summary:
    'Photographs of blood smears with red cells, white cells and platelets in boxes. Networks of 3 M parameters are reported at mAP50 90.4 to 92.4, on other splits and with other training.',
  classes: ['RBC', 'WBC', 'Platelets'],
  input: [3, 320, 320],
  // the official validation list is the test split; the pictures of the official test list are the ones that are shown
  lists: { train: 'train', test: 'val', showcase: 'test' },
  counts: { train: 205, test: 87 },
  cure: 'Run `npm run fetch-data -- bccd`, or put Annotations, ImageSets and JPEGImages into DATA_DIR/bccd',
  source: 'Shenggan 2017, https://github.com/Shenggan/BCCD_Dataset (MIT)',
});
