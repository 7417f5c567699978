/** Says that a board is shown as it was, for citations, and leads to what it is now. */
import { Link } from 'react-router';
import { Note } from '../../components/notes.js';
import { formatDateTime } from '../../lib/format.js';
import { translator } from '../../lib/i18n.js';
import { links } from '../../messages/en/links.js';

const t = translator(links);

export default function AsOf({ moment, address }: { readonly moment: string; readonly address: string }) {
  const iso = moment.includes('T') ? moment : `${moment}T23:59:59Z`;
  const date = Number.isNaN(Date.parse(iso)) ? moment : formatDateTime(iso);
  return (
    <Note tone="warn" title={t('links.asOf', { date })}>
      <p>
        {t('links.asOf.text')} <Link to={`/boards/${address}`}>{t('links.asOf.now')}</Link>
      </p>
    </Note>
  );
}
