/** Words of the search page. */
export const search = {
  'search.title': 'Search',
  'search.for': 'What fits “{query}”',
  'search.ask': 'Type the name of a model, a data set, a method, a paper or a person into the field above.',
  'search.nothing': 'Nothing fits “{query}”.',
  'search.nothing.why': 'Every word must occur. Fewer words, or a part of one, find more.',
  'search.boards_one': '{n} board',
  'search.boards_other': '{n} boards',
  'search.methods_one': '{n} method',
  'search.methods_other': '{n} methods',
  'search.docs_one': '{n} chapter of the documents',
  'search.docs_other': '{n} chapters of the documents',
  'search.row': '{label} at {target}',
  'search.rows_one': '{n} row',
  'search.rows_other': '{n} rows',
  'search.submissions_one': '{n} recent submission',
  'search.submissions_other': '{n} recent submissions',
} as const;
