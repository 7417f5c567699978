/** Words of what leads to a board from elsewhere: citations and frames. */
export const links = {
  'links.embed': 'On another page',
  'links.asOf': 'The board as it was on {date}',
  'links.asOf.text': 'Runs that had ended by then, ranked by the rules of today.',
  'links.asOf.now': 'Show it as it is now',
} as const;
