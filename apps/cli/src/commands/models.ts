/** `topiary models`: the networks that boards are made of. */
import type { components } from '@topiary/client';
import { listing } from '../listing.js';
import { count } from '../text.js';

type Model = components['schemas']['ModelDescription'];

export const Models = listing<Model>({
  name: 'models',
  summary: 'lists the networks, or says more about one',
  one: 'model',
  heads: ['MODEL', 'INPUT', 'PARAMETERS', 'MACS', 'TITLE'],
  get: (api) => api.GET('/api/v1/models'),
  row: ({ id, input, params, macs, title }) => [id, input.join('x'), count(params), count(macs.pure), title],
  more: ({ id, input, params, macs, title, paper, lacks }) => [
    ['model', id],
    ['title', title],
    ['input', input.join(' x ')],
    ['parameters', params.toLocaleString('en')],
    ['MACs', `${macs.pure.toLocaleString('en')} pure, ${macs.published.toLocaleString('en')} by the published count`],
    ['lacks', lacks.join(', ')],
    ['paper', paper ?? ''],
  ],
});
