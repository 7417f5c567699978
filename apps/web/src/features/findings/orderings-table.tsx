/** Every ordering that papers agree on, with what became of it here. */
import type { Ordering } from '@topiary/contracts';
import { Scroll } from '../../components/scroll.js';
import { formatFixed } from '../../lib/format.js';
import { t } from './words.js';

const total = ({ above, below, level }: Ordering['published']): number => above + below + level;

const pText = (p: number | null): string => (p === null ? '–' : p < 0.001 ? '< 0.001' : formatFixed(p, 3));

const Verdict = ({ verdict }: Pick<Ordering, 'verdict'>) => (
  <span className={`tag is-${verdict.replace(' ', '-')}`}>{t(`findings.${verdict}`)}</span>
);

export const OrderingsTable = ({ orderings }: { readonly orderings: readonly Ordering[] }) => (
  <Scroll caption={t('findings.orderings')}>
    <table>
      <caption className="sr-only">{t('findings.orderings.text')}</caption>
      <thead>
        <tr>
          <th scope="col" className="sticky">
            {t('findings.first')}
          </th>
          <th scope="col">{t('findings.second')}</th>
          <th scope="col" className="numeric" title={t('findings.published.help')}>
            {t('findings.published')}
          </th>
          <th scope="col" className="numeric" title={t('findings.ours.help')}>
            {t('findings.ours')}
          </th>
          <th scope="col" className="numeric">
            {t('findings.p')}
          </th>
          <th scope="col">{t('findings.verdict')}</th>
        </tr>
      </thead>
      <tbody>
        {orderings.map(({ first, second, published, networks, ahead, p, verdict, needs }) => (
          <tr key={`${first} ${second}`}>
            <th scope="row" className="sticky">
              {first}
            </th>
            <td>{second}</td>
            <td className="numeric">{t('findings.count', { above: published.above, n: total(published) })}</td>
            <td className="numeric">{networks === 0 ? '–' : t('findings.count', { above: ahead, n: networks })}</td>
            <td className="numeric">{pText(p)}</td>
            <td>
              <Verdict verdict={verdict} />{' '}
              {needs !== null && <span className="muted">{t('findings.needs', { n: needs })}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);
