/** What backbone, neck and head cost before and after, as bars: the outline is what was there, the filling what stayed. */
import type { PartsFact } from '@topiary/contracts';
import { formatCount } from '../../lib/format.js';
import type { ViewProps } from '../facts/view.js';
import '../../styles/detector.css';
import { Scroll } from '../../components/scroll.js';
import { t } from './detector/words.js';

type Count = PartsFact['parts'][number]['macs'];

const total = (counts: readonly Count[]): Count => ({
  base: counts.reduce((sum, { base }) => sum + base, 0),
  left: counts.reduce((sum, { left }) => sum + left, 0),
});

const shareOf = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(0)} %`;

const Cells = ({ count: { base, left }, all }: { readonly count: Count; readonly all: Count }) => (
  <>
    <td className="width-cell" aria-hidden="true">
      <span className="width-before" style={{ width: `${(100 * base) / all.base}%` }}>
        <span className="width-after" style={{ width: `${base === 0 ? 0 : (100 * left) / base}%` }} />
      </span>
    </td>
    <td className="numeric">
      {formatCount(left)}
      <span className="muted">{` / ${formatCount(base)}`}</span>
    </td>
    <td className="numeric">
      {shareOf(base, all.base)}
      <span className="muted">{` → ${shareOf(left, all.left)}`}</span>
    </td>
  </>
);

const PartsTable = ({ of, parts }: { readonly of: 'macs' | 'params'; readonly parts: PartsFact['parts'] }) => {
  const all = total(parts.map((part) => part[of]));
  return (
    <>
      <h3>{t(`parts.${of}`)}</h3>
      <Scroll caption={t(`parts.${of}`)}>
        <table className="widths parts">
          <caption className="sr-only">{`${t('parts.caption')}: ${t(`parts.${of}`)}`}</caption>
          <thead>
            <tr>
              <th scope="col">{t('parts.part')}</th>
              <td className="width-cell" />
              <th scope="col" className="numeric">
                {t('parts.left')}
              </th>
              <th scope="col" className="numeric">
                {t('parts.share')}
              </th>
            </tr>
          </thead>
          <tbody>
            {[...parts, { title: t('parts.all'), [of]: all } as unknown as PartsFact['parts'][number]].map((part) => (
              <tr key={part.title}>
                <th scope="row">{part.title}</th>
                <Cells count={part[of]} all={all} />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
};

export default function Parts({ data }: ViewProps) {
  const { parts } = data as PartsFact;
  return (
    <figure className="figure detector-tables">
      <PartsTable of="macs" parts={parts} />
      <PartsTable of="params" parts={parts} />
      <figcaption>{t('parts.text')}</figcaption>
    </figure>
  );
}
