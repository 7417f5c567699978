/** Takes a leaderboard elsewhere: CSV and JSON from the server, a LaTeX table and a BibTeX entry to copy. */
import type { Board, Row, TrackDescription } from '@topiary/contracts';
import { Code } from '../../components/copy.js';
import { t } from '../../lib/i18n.js';
import { boardBibtex, latexTable } from './export.js';

interface Props {
  readonly board: Board;
  readonly target: string;
  readonly rows: readonly Row[];
  readonly track: TrackDescription;
}

export default function ExportPanel({ board, target, rows, track }: Props) {
  const today = new Date().toISOString().slice(0, 10);
  return (
    <div className="two-columns">
      <section>
        <h3>{t('export.latex')}</h3>
        <Code text={latexTable(board, target, rows, track)} label={t('export.latex')} />
      </section>
      <section>
        <h3>{t('export.bibtex')}</h3>
        <Code text={boardBibtex(board, window.location.href, today)} label={t('export.bibtex')} />
      </section>
    </div>
  );
}
