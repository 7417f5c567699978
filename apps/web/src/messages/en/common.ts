/** Words that every screen shares. */
export const common = {
  'site.name': 'Topiary',
  'site.promise':
    'Every number says where it came from, with which seeds, on which machine, and how wide its interval is.',

  'nav.label': 'Sections',
  'nav.footer': 'More',
  'nav.skip': 'Skip to the content',
  'nav.menu': 'Menu',
  'nav.close': 'Close',
  'nav.boards': 'Boards',
  'nav.methods': 'Methods',
  'nav.findings': 'Findings',
  'nav.submissions': 'Submissions',
  'nav.rules': 'Rules',
  'nav.guide': 'Docs',
  'nav.submit': 'Submit',
  'nav.status': 'Status',
  'nav.api': 'API reference',
  'nav.host': 'Host your own',
  'nav.signIn': 'Sign in',
  'nav.admin': 'Admin',

  'search.all': 'Search',
  'search.boards': 'Search boards',
  'search.methods': 'Search methods',
  'search.submissions': 'Search submissions',

  'theme.label': 'Theme',
  'theme.auto': 'Auto',
  'theme.light': 'Light',
  'theme.dark': 'Dark',

  'account.as': 'Signed in as {name}',

  'action.retry': 'Try again',
  'action.copy': 'Copy',
  'action.copied': 'Copied',

  'common.runs_one': '{n} run',
  'common.runs_other': '{n} runs',

  'state.progress': 'Progress',
  'state.loading': 'Loading',
  'state.queued': 'Queued',
  'state.running': 'Running',
  'state.done': 'Done',
  'state.failed': 'Failed',
  'state.cancelled': 'Cancelled',

  'provenance.measured': 'Measured',
  'provenance.measured.meaning': 'This server ran it.',
  'provenance.shipped': 'Shipped',
  'provenance.shipped.meaning':
    'The project measured it and recorded machine and seeds; it is never ranked on latency beside rows from this machine.',
  'provenance.reported': 'Reported',
  'provenance.reported.meaning': 'Taken from a paper, with its source; it stands in a section of its own.',

  'field.expected': 'Expected {expected}; got {got}.',
  'error.page': 'This page could not be shown',
  'error.unreachable': 'The server cannot be reached',
  'error.unreachableDetail': 'No answer came. Check the connection and that the server runs; then try again.',
  'error.unexpected': 'The server answered {status}',
  'error.unexpectedDetail': '{path} gave an answer that this page does not understand.',
  'error.request': 'Request {id}',

  'notFound.title': 'There is no such page',
  'notFound.lede': 'The address may be mistyped, or what was here has been withdrawn.',

  'signIn.title': 'Sign in',
  'signIn.lede': 'Reading is open to all; submitting needs an account.',
  'signIn.expired': 'The one-time link has been used or has expired. Sign in another way.',
  'signIn.key': 'Key',
  'signIn.go': 'Sign in',
  'signIn.link': 'Or open the one-time link that the server printed when it started.',
} as const;
