/** The mark of a row that somebody doubts: it leads to what was said. */
import type { Row } from '@topiary/contracts';
import { Link } from 'react-router';
import { t } from '../../lib/i18n.js';

export const DisputedMark = ({ row: { openDisputes, submission } }: { readonly row: Row }) =>
  openDisputes > 0 && (
    <Link className="tag is-bad" to={`/submissions/${submission}#disputes`} title={t('board.disputed.explain')}>
      {t('board.disputed')}
    </Link>
  );
