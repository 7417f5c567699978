/** `topiary boards`: where a method can be entered, and what leads there. */
import type { Board } from '@topiary/client';
import { listing } from '../listing.js';
import { count, seconds } from '../text.js';

const leader = ({ best }: Board): string => {
  const [first] = best;
  return first ? `${first.value.toFixed(2)} ${first.label} at ${first.target}` : '';
};

export const Boards = listing<Board>({
  name: 'boards',
  summary: 'lists the boards, or says more about one',
  one: 'board',
  heads: ['BOARD', 'STATE', 'TARGETS', 'METHODS', 'BEST'],
  get: (api) => api.GET('/api/v1/boards'),
  row: (board) => [
    board.id,
    board.state,
    board.targets.map(({ label }) => label).join(' '),
    String(board.methods),
    leader(board),
  ],
  more: (board) => [
    ['board', board.id],
    ['title', board.title],
    ['state', `${board.state}${board.reason ? `: ${board.reason}` : ''}`],
    ['protocol', board.protocol],
    ['targets', board.targets.map(({ label }) => label).join(' ')],
    ['one run', `about ${seconds(board.estimateSeconds)} on two cores`],
    ['base', board.base ? `${count(board.base.params)} parameters, ${count(board.base.macs.published)} MACs` : ''],
    ...board.best.map(
      ({ target, value, label, provenance }) =>
        [`best at ${target}`, `${value.toFixed(2)} ${label} (${provenance})`] as const,
    ),
  ],
});
