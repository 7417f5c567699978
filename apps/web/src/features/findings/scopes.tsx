/** The claims of Isomorphic Pruning with what came out here, and the curves behind them. */
import type { Findings, ScopeClaim, ScopeCurve } from '@topiary/contracts';
import { lazy, Suspense, useState } from 'react';
import { Scroll } from '../../components/scroll.js';
import { Skeleton } from '../../components/skeleton.js';
import { formatFixed, formatSigned } from '../../lib/format.js';
import { t } from './words.js';

const ScopesPlot = lazy(() => import('./scopes-plot.js'));
const HEIGHT = 260;

type Gain = Pick<ScopeClaim, 'value' | 'low' | 'high'>;

const pointsText = ({ value, low, high }: Gain): string =>
  low === null || high === null
    ? t('findings.scopes.points.alone', { value: formatSigned(value, 2) })
    : t('findings.scopes.points', {
        value: formatSigned(value, 2),
        low: formatSigned(low, 2),
        high: formatSigned(high, 2),
      });

const valueText = (claim: ScopeClaim): string =>
  claim.id === 'C1'
    ? t('findings.scopes.spread', { value: formatFixed(claim.value, 3), against: formatFixed(claim.against ?? 0, 3) })
    : t('findings.scopes.networks', { points: pointsText(claim), n: claim.n });

/** What each network says of itself. */
const networksText = ({ networks }: ScopeClaim): string =>
  networks
    .map((one) => t('findings.scopes.network', { model: one.model, points: pointsText(one), n: one.n }))
    .join('; ');

const IDS = ['C1', 'C2', 'C3'] as const;

const Claims = ({ claims }: { readonly claims: readonly ScopeClaim[] }) => (
  <Scroll caption={t('findings.scopes.claims')}>
    <table className="scope-claims">
      <caption className="sr-only">{t('findings.scopes.claims')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('findings.scopes.subject')}</th>
          <th scope="col">{t('findings.scopes.value')}</th>
          <th scope="col">{t('findings.scopes.outcome')}</th>
        </tr>
      </thead>
      {IDS.filter((id) => claims.some((claim) => claim.id === id)).map((id) => (
        <tbody key={id}>
          <tr className="group-row">
            <th colSpan={3} scope="colgroup">
              <span>{t(`findings.scopes.${id}`)}</span>
            </th>
          </tr>
          {claims
            .filter((claim) => claim.id === id)
            .map((claim) => (
              <tr key={claim.subject}>
                <th scope="row">{claim.subject}</th>
                <td>
                  {valueText(claim)}
                  {claim.networks.length > 0 && <div className="muted">{networksText(claim)}</div>}
                </td>
                <td>
                  <span className={`tag is-${claim.outcome}`}>{t(`findings.${claim.outcome}`)}</span>
                </td>
              </tr>
            ))}
        </tbody>
      ))}
    </table>
  </Scroll>
);

const Pictures = ({ curves }: { readonly curves: readonly ScopeCurve[] }) => {
  const settings = [...new Set(curves.map(({ setting }) => setting))];
  const [chosen, setChosen] = useState(settings[0]);
  const shown = curves.filter(({ setting }) => setting === chosen);
  const models = [...new Set(shown.map(({ model }) => model))];
  return (
    <>
      <div className="scope-choice">
        <label className="facet">
          <span>{t('findings.scopes.setting')}</span>
          <select value={chosen} onChange={(event) => setChosen(event.target.value)}>
            {settings.map((setting) => (
              <option key={setting}>{setting}</option>
            ))}
          </select>
        </label>
        <span className="muted">{t('findings.scopes.legend')}</span>
      </div>
      <div className="scope-pictures">
        {models.map((model) => (
          <figure key={model} className="figure">
            <Suspense fallback={<Skeleton rows={1} height={HEIGHT} />}>
              <ScopesPlot curves={shown.filter((curve) => curve.model === model)} height={HEIGHT} />
            </Suspense>
            <figcaption>{t('findings.picture', { model, setting: chosen ?? '' })}</figcaption>
          </figure>
        ))}
      </div>
    </>
  );
};

export const Scopes = ({ claims, curves }: NonNullable<Findings['scopes']>) => (
  <>
    <Claims claims={claims} />
    <Pictures curves={curves} />
  </>
);
