/** The log of a run, folded. */

import type { LogLine } from './reducer.js';
import { t, tn } from './words.js';

export const Log = ({ lines }: { readonly lines: readonly LogLine[] }) => (
  <details className="log">
    <summary>{t('submission.log', { lines: tn('submission.lines', lines.length) })}</summary>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls must be reachable by keyboard */}
    <div className="log-lines" tabIndex={0} role="log" aria-live="off">
      {lines.map(({ at, level, text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
        <p key={i} className={`log-${level}`}>
          <time dateTime={at}>{at.slice(11, 19)}</time> {level === 'info' ? '' : `${t(`log.${level}`)}: `}
          {text}
        </p>
      ))}
    </div>
  </details>
);
