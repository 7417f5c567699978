/** Nuclei of the Data Science Bowl 2018: 670 microscopies, stained and fluorescent, with a mask each nucleus. https://bbbc.broadinstitute.org/BBBC038 */
import { saFolder } from './_sa-folder.js';

export const Nuclei = saFolder({
  id: 'nuclei',
  title: 'Nuclei',
  summary: 'Microscopies of cells, stained and fluorescent, with a mask of every nucleus.',
  input: [3, 256, 256],
  showcase: 12,
  cure: 'Run `npm run fetch-data -- nuclei`, or put pictures and JSON files of SA-1B’s layout into DATA_DIR/nuclei/train and DATA_DIR/nuclei/test',
  source: 'Caicedo et al. 2019, https://bbbc.broadinstitute.org/BBBC038 (CC0)',
});
