/** `topiary methods`: what scores channels and what shrinks them, with their parameters. */
import type { components } from '@topiary/client';
import { listing } from '../listing.js';

type Method = components['schemas']['MethodDescription'];
type Parameter = Method['parameters'][number];

const parameter = ({ meaning, default: usual, choices, min, max }: Parameter): string => {
  const range = choices?.join(', ') ?? [min, max].map((end) => end ?? '').join(' … ');
  return `${usual}${range.trim() === '…' ? '' : ` (${range})`}: ${meaning}`;
};

export const Methods = listing<Method>({
  name: 'methods',
  summary: 'lists the methods, or says more about one',
  one: 'method',
  heads: ['METHOD', 'KIND', 'NEEDS', 'TITLE'],
  get: (api) => api.GET('/api/v1/methods'),
  row: ({ id, kind, needs, title }) => [id, kind, needs.length === 0 ? 'no data' : 'data', title],
  more: ({ id, kind, title, summary, paper, needs, requires, cannot, parameters }) => [
    ['method', `${id}, a ${kind}`],
    ['title', title],
    ['summary', summary],
    ['paper', paper ? `${paper.title} (${paper.authors}, ${paper.year}) ${paper.url}` : ''],
    ['needs', needs.join(', ')],
    ['requires', requires.join(', ')],
    ['cannot', cannot ?? ''],
    ...parameters.map((each) => [`  ${each.id}`, parameter(each)] as const),
  ],
});
