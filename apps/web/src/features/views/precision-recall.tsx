/** Precision against recall, of one class or of all, and how good each threshold of the score is. */
import type { PrecisionRecallFact } from '@topiary/contracts';
import { useMemo, useState } from 'react';
import type { ViewProps } from '../facts/view.js';
import '../../styles/detector.css';
import { Key, type Line, Lines } from './detector/lines.js';
import { Switch } from './detector/switch.js';
import { onText, percent, t } from './detector/words.js';

type Curves = PrecisionRecallFact['curves']['network'];

const OVERLAPS = ['at50', 'at75'] as const;
type Overlap = (typeof OVERLAPS)[number];
const OVERLAP_TITLES: Readonly<Record<Overlap, string>> = { at50: '.50', at75: '.75' };
const NETWORKS = ['base', 'network'] as const;
/** The mean of all classes. */
const MEAN = -1;

const known = ({ network, base }: PrecisionRecallFact['curves']): readonly (readonly [Line['network'], Curves])[] =>
  NETWORKS.flatMap((name) => {
    const curves = name === 'base' ? base : network;
    return curves === null ? [] : [[name, curves] as const];
  });

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const PrecisionRecall = ({
  fact,
  of,
  overlap,
}: {
  readonly fact: PrecisionRecallFact;
  readonly of: number;
  readonly overlap: Overlap;
}) => {
  const lines = useMemo(
    () =>
      known(fact.curves).flatMap(([network, curves]): Line[] => {
        const values = (of === MEAN ? curves.mean : curves.classes[of])?.[overlap];
        return values === undefined ? [] : [{ network, values, mark: null }];
      }),
    [fact, of, overlap],
  );
  if (lines.length === 0) return <p className="muted">{t('pr.nothing')}</p>;
  const values = lines.map((line) => t('pr.ap', { network: t(line.network), value: percent(mean(line.values)) }));
  const what = of === MEAN ? t('pr.mean').toLowerCase() : fact.classes[of]!;
  return (
    <figure className="figure">
      <Lines lines={lines} x={t('pr.recall')} y={t('pr.precision')} />
      <figcaption>{t('pr.text', { what, overlap: OVERLAP_TITLES[overlap], values: values.join(', ') })}</figcaption>
    </figure>
  );
};

const Scores = ({ fact }: { readonly fact: PrecisionRecallFact }) => {
  const scores = useMemo(
    () => known(fact.curves).flatMap(([network, { score }]) => (score === null ? [] : [{ network, ...score }])),
    [fact],
  );
  const lines = useMemo(
    () => scores.map(({ network, f1, best }): Line => ({ network, values: f1, mark: best.score })),
    [scores],
  );
  if (lines.length === 0) return null;
  const values = scores.map(({ network, best }) =>
    t('pr.f1.best', { network: t(network), f1: percent(best.f1), score: best.score.toFixed(2) }),
  );
  return (
    <figure className="figure">
      <Lines lines={lines} x={t('pr.score')} y={t('pr.f1')} />
      <figcaption>{t('pr.f1.text', { values: values.join(', ') })}</figcaption>
    </figure>
  );
};

export default function PrecisionRecallView({ data }: ViewProps) {
  const fact = data as PrecisionRecallFact;
  const [of, setOf] = useState(MEAN);
  const [overlap, setOverlap] = useState<Overlap>('at50');
  return (
    <div>
      <div className="detector-controls">
        <label className="detector-choice">
          <span className="muted">{t('pr.class')}</span>
          <select value={of} onChange={(event) => setOf(Number(event.target.value))}>
            <option value={MEAN}>{t('pr.mean')}</option>
            {fact.classes.map((name, c) => (
              <option key={name} value={c}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <Switch
          legend={t('pr.overlap')}
          of={OVERLAPS}
          title={(one) => OVERLAP_TITLES[one]}
          value={overlap}
          choose={setOverlap}
        />
        <Key networks={known(fact.curves).map(([network]) => network)} />
      </div>
      <div className="detector-columns">
        <PrecisionRecall fact={fact} of={of} overlap={overlap} />
        <Scores fact={fact} />
      </div>
      <p className="muted">{onText(fact)}</p>
    </div>
  );
}
