/** Words of the documents' frame. */
export const docs = {
  'docs.title': 'Docs',
  'docs.lede': 'Everything on this site can be done by hand, from a terminal, from Python and by plain HTTP.',
  'docs.pages': 'Documents',
  'docs.chapters': 'On this page',
  'docs.reference': 'API reference',
  'docs.reference.text': 'Every route, with its fields and its refusals.',
  'docs.next': 'Next: {title}',
  'docs.previous': 'Before: {title}',
  'docs.none': 'There is no such document',
  'docs.none.why': 'The list of documents is here:',
  'docs.code': 'Commands',
} as const;
