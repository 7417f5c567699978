/** `topiary datasets`: the data sets, and which of them the server has. */
import { listing } from '../listing.js';

interface Dataset {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly classes: readonly string[];
  readonly input: readonly number[];
  readonly source: string;
  readonly present: boolean;
  readonly reason: string | null;
}

export const Datasets = listing<Dataset>({
  name: 'datasets',
  summary: 'lists the data sets, or says more about one',
  one: 'data set',
  heads: ['DATA SET', 'HERE', 'CLASSES', 'TITLE'],
  get: (api) => api.GET('/api/v1/datasets'),
  row: ({ id, present, classes, title }) => [id, present ? 'yes' : 'no', String(classes.length), title],
  more: ({ id, title, summary, classes, input, source, present, reason }) => [
    ['data set', id],
    ['title', title],
    ['summary', summary],
    ['input', input.join(' x ')],
    ['classes', `${classes.length}: ${classes.slice(0, 12).join(', ')}${classes.length > 12 ? ', …' : ''}`],
    ['source', source],
    ['here', present ? 'yes' : `no${reason ? `: ${reason}` : ''}`],
  ],
});
