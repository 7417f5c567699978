/** The rules of the benchmark: what is measured, how rows are ranked, and what a reader may conclude. */

import { lazy } from 'react';
import { Link } from 'react-router';
import { ProvenanceMark } from '../components/marks.js';
import { Page, Section } from '../components/page.js';
import { Fold } from '../features/leaderboard/board-parts.js';
import { t as common, translator } from '../lib/i18n.js';
import { rules } from '../messages/en/rules.js';

const t = translator(rules);

const DifferencesTable = lazy(() => import('../features/differences/table.js'));

const CHAPTERS = ['protocol', 'target', 'budget', 'interval', 'rank', 'random', 'latency', 'split', 'trust'] as const;
const PROVENANCES = ['measured', 'shipped', 'reported'] as const;

export default function RulesPage() {
  return (
    <Page title={t('rules.title')} lede={t('rules.lede')}>
      <div className="prose">
        {CHAPTERS.map((chapter) => (
          <Section key={chapter} id={chapter} title={t(`rules.${chapter}`)}>
            <p>{t(`rules.${chapter}.text`)}</p>
          </Section>
        ))}
        <Section id="pruningbench" title={t('rules.pruningbench')}>
          <p>
            {t('rules.pruningbench.text')}{' '}
            <Link to="/docs/protocol#differences-from-pruningbench">{t('rules.pruningbench.table')}</Link>
          </p>
          <Fold title={t('rules.pruningbench.all')}>
            <DifferencesTable />
          </Fold>
        </Section>
        <Section id="provenance" title={t('rules.provenance')}>
          <dl className="facts">
            {PROVENANCES.map((provenance) => (
              <div key={provenance}>
                <dt>
                  <ProvenanceMark provenance={provenance} />
                </dt>
                <dd>{common(`provenance.${provenance}.meaning`)}</dd>
              </div>
            ))}
          </dl>
        </Section>
      </div>
    </Page>
  );
}
