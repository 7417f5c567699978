/** What is taken for what: a table of counts, or of shares of each row, with shading that follows the share. */
import type { ConfusionFact } from '@topiary/contracts';
import { useState } from 'react';
import type { ViewProps } from '../facts/view.js';
import '../../styles/detector.css';
import { Scroll } from '../../components/scroll.js';
import { Switch } from './detector/switch.js';
import { onText, percent, t } from './detector/words.js';

const UNITS = ['shares', 'counts'] as const;
const NETWORKS = ['network', 'base'] as const;

/** So many steps of shading. */
const STEPS = 8;

const sum = (row: readonly number[]): number => row.reduce((total, value) => total + value, 0);

export default function Confusion({ data }: ViewProps) {
  const fact = data as ConfusionFact;
  const [unit, setUnit] = useState<(typeof UNITS)[number]>('shares');
  const [whose, setWhose] = useState<(typeof NETWORKS)[number]>('network');
  const { score, iou, counts } = fact.confusion[whose] ?? fact.confusion.network;
  const names = [...fact.classes, t('confusion.nothing')];
  return (
    <figure className="figure">
      <div className="detector-controls">
        {fact.confusion.base && (
          <Switch legend={t('confusion.whose')} of={NETWORKS} title={(one) => t(one)} value={whose} choose={setWhose} />
        )}
        <Switch
          legend={t('confusion.unit')}
          of={UNITS}
          title={(one) => t(`confusion.${one}`)}
          value={unit}
          choose={setUnit}
        />
      </div>
      <Scroll caption={t('confusion.caption')}>
        <table className="confusion">
          <caption className="sr-only">{t('confusion.caption')}</caption>
          <thead>
            <tr>
              <th scope="col" className="sticky">
                {t('confusion.there')}
              </th>
              {names.map((name) => (
                <th key={name} scope="col" className="numeric">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {counts.map((row, i) => (
              <tr key={names[i]}>
                <th scope="row" className="sticky">
                  {names[i]}
                </th>
                {row.map((count, j) => {
                  const share = count / Math.max(1, sum(row));
                  const isVoid = i === names.length - 1 && j === i;
                  return (
                    <td key={names[j]} className={`numeric shade-${Math.ceil(share * STEPS)}`}>
                      {isVoid ? '' : unit === 'counts' ? count : percent(share)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <figcaption>
        {`${onText(fact)} ${t('confusion.text', { network: t(`confusion.who.${whose}`), score: score.toFixed(2), iou: iou.toFixed(2) })}`}
      </figcaption>
    </figure>
  );
}
