/** Operators that are there for gradients alone; what they do to them stands in `tests/packages/autodiff/stops.test.ts`. */
import { ABSTRACT, type Row } from '../../../helpers/expect-op.js';
import { data, weight } from '../../../helpers/operands.js';

const free = { pure: 0, published: 0 };

export const rows: readonly Row[] = [
  { op: 'StopGradient', domain: ABSTRACT, of: 'a tensor', inputs: [data([2, 3, 4])], macs: free, atoms: 0 },
  {
    op: 'StraightThrough',
    domain: ABSTRACT,
    of: 'a decision and what is behind it',
    inputs: [data([2, 3]), data([2, 3])],
    macs: free,
    atoms: 0,
    borrowed: true,
  },
  {
    op: 'StraightThrough',
    domain: ABSTRACT,
    of: 'parameters',
    inputs: [weight([4]), weight([4])],
    macs: free,
    atoms: 0,
    borrowed: true,
  },
];
