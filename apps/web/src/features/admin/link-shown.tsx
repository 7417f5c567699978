/** A one-time link, shown until it has been handed on. */
import type { OneTimeLink } from '@topiary/contracts';
import { Code } from '../../components/copy.js';
import { Note } from '../../components/notes.js';
import { formatDateTime } from '../../lib/format.js';
import { t } from './words.js';

interface Props {
  readonly title: string;
  readonly link: OneTimeLink;
  readonly onDone: () => void;
  /** Where it was mailed, if it was. */
  readonly mailedTo?: string | null;
}

export const LinkShown = ({ title, link, onDone, mailedTo = null }: Props) => (
  <div role="status">
    <Note tone="good" title={title}>
      {mailedTo !== null && <p>{t('link.mailed', { email: mailedTo })}</p>}
      <p>{t('link.text', { date: formatDateTime(link.expiresAt) })}</p>
      <Code text={link.url} label={title} />
      <button type="button" className="button is-quiet is-small" onClick={onDone}>
        {t('link.done')}
      </button>
    </Note>
  </div>
);
