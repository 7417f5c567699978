/** Takes a leaderboard elsewhere: CSV and JSON from the server, a LaTeX table and a BibTeX entry to copy. */
import type { Board, Row, TrackDescription } from '@topiary/contracts';
import { Code } from '../../components/copy.js';
import { t, translator } from '../../lib/i18n.js';
import { addressOf } from '../../lib/tracks.js';
import { links as words } from '../../messages/en/links.js';
import { boardBibtex, latexTable } from './export.js';

const links = translator(words);

interface Props {
  readonly board: Board;
  readonly target: string;
  readonly rows: readonly Row[];
  readonly track: TrackDescription;
}

export default function ExportPanel({ board, target, rows, track }: Props) {
  const now = new Date().toISOString();
  const today = now.slice(0, 10);
  // what a reader of the paper opens is the board that its author saw
  const cited = new URL(window.location.href);
  if (!cited.searchParams.has('as_of')) cited.searchParams.set('as_of', now);
  const frame = `${window.location.origin}/embed/boards/${addressOf(board)}?target=${encodeURIComponent(target)}`;
  return (
    <div className="two-columns">
      <section>
        <h3>{t('export.latex')}</h3>
        <Code text={latexTable(board, target, rows, track)} label={t('export.latex')} />
      </section>
      <section>
        <h3>{t('export.bibtex')}</h3>
        <Code text={boardBibtex(board, cited.href, today)} label={t('export.bibtex')} />
      </section>
      <section>
        <h3>{links('links.embed')}</h3>
        <Code
          text={`<iframe src="${frame}" title="${board.title.replaceAll('"', '&quot;')}" width="100%" height="420" loading="lazy"></iframe>`}
          label={links('links.embed')}
        />
      </section>
    </div>
  );
}
