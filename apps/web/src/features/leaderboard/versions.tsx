/** Which version of its protocol a board shows, and where the others are. */
import type { Board } from '@topiary/contracts';
import { Link } from 'react-router';
import { Note } from '../../components/notes.js';
import { t } from '../../lib/i18n.js';

/** The current version has the board's plain address; the others name themselves. */
const pathOf = (id: string, version: string, versions: readonly string[]): string =>
  version === versions.at(-1) ? `/boards/${id}` : `/boards/${id}@${version}`;

const Links = ({ board: { id, version, versions } }: { readonly board: Board }) =>
  versions.length > 1 && (
    <nav className="versions" aria-label={t('board.versions')}>
      <span>{t('board.versions')}</span>
      {versions.map((one) =>
        one === version ? (
          <strong key={one} aria-current="page">
            {one}
          </strong>
        ) : (
          <Link key={one} to={pathOf(id, one, versions)}>
            {one}
          </Link>
        ),
      )}
    </nav>
  );

const FrozenNote = ({ board: { id, version } }: { readonly board: Board }) => (
  <Note tone="warn" title={t('board.frozen', { version })}>
    <p>
      {t('board.frozen.why')} <Link to={`/boards/${id}`}>{t('board.frozen.current')}</Link>
    </p>
  </Note>
);

export default function Versions({ board }: { readonly board: Board }) {
  return (
    <>
      <Links board={board} />
      {board.frozen && <FrozenNote board={board} />}
    </>
  );
}
