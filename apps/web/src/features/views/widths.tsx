/** Channels of each layer before and after, as bars: the outline is what was there, the filling what stayed. */
import type { Width } from '@topiary/contracts';
import { Scroll } from '../../components/scroll.js';
import { counter, translator } from '../../lib/i18n.js';
import { facts } from '../../messages/en/facts.js';
import type { ViewProps } from '../facts/view.js';

const t = translator(facts);
const tn = counter(facts);

/** Weights of one layer shrink on both axes; the outputs (axis 0) tell its width. */
const outputs = (widths: readonly Width[]): readonly Width[] => {
  const rows = widths.filter(({ axis }) => axis === 0);
  return rows.length > 0 ? rows : widths;
};

export default function Widths({ data }: ViewProps) {
  const rows = outputs(data as readonly Width[]);
  const most = Math.max(1, ...rows.map(({ before }) => before));
  const cut = rows.filter(({ before, after }) => after < before).length;
  return (
    <figure className="figure">
      <Scroll caption={t('widths.caption')} kind="is-tall">
        <table className="widths">
          <caption className="sr-only">{t('widths.caption')}</caption>
          <thead className="sr-only">
            <tr>
              <th scope="col">{t('widths.layer')}</th>
              <th scope="col">{t('widths.bar')}</th>
              <th scope="col">{t('widths.left')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ layer, axis, before, after }) => (
              <tr key={`${layer}/${axis}`}>
                <th scope="row" title={layer}>
                  {layer}
                </th>
                <td className="width-cell" aria-hidden="true">
                  <span className="width-before" style={{ width: `${(100 * before) / most}%` }}>
                    <span className="width-after" style={{ width: `${(100 * after) / before}%` }} />
                  </span>
                </td>
                <td className="numeric">
                  {after}
                  <span className="muted">{` / ${before}`}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <figcaption>{t('widths.text', { cut, layers: tn('widths.layers', rows.length) })}</figcaption>
    </figure>
  );
}
