/** Words of what lies between the targets of a board. */
export const curves = {
  'curves.budget': 'Speed-up',
  'curves.label': '{metric} of every recipe over its speed-ups',
  'curves.axis': 'Speed-up reached, log scale',
  'curves.caption':
    'One line a recipe, one point a target. Between two points the order is read off the lines; it is an estimate, nothing was run there.',
  'curves.order': 'Order at {speedup}x',
  'curves.estimate': '{metric}, estimated',
  'curves.mean': 'Mean from {from}x to {to}x',
  'curves.more': 'and {n} more',
  'curves.none': 'No recipe has results at two targets yet.',
} as const;
