/** Live curves of a run, two small plots with the last value in words. */
import type { MetricDescription } from '@topiary/contracts';
import { useDeferredValue } from 'react';
import { formatFixed } from '../../lib/format.js';
import { CurvePlot } from '../plot/lazy.js';
import type { CurveView, RunView } from './reducer.js';
import { t } from './words.js';

const HEIGHT = 190;

const Curve = ({
  curve,
  title,
  digits,
  steps,
}: {
  curve: CurveView | undefined;
  title: string;
  digits: number;
  steps: number | undefined;
}) => {
  const points = useDeferredValue(curve?.points ?? NONE);
  const last = points[points.length - 1];
  return (
    <figure className="figure">
      <CurvePlot points={points} title={title} height={HEIGHT} steps={steps} />
      <figcaption>
        {last
          ? t('curve.last', { title, step: last.step, value: formatFixed(last.value, digits) })
          : t('curve.none', { title })}
      </figcaption>
    </figure>
  );
};

const NONE: CurveView['points'] = [];

export const Curves = ({
  view,
  metric,
  steps,
}: {
  readonly view: RunView;
  readonly metric: MetricDescription;
  readonly steps: number | undefined;
}) => {
  const unit = metric.unit ? `, ${metric.unit}` : '';
  return (
    <div className="curves">
      <Curve curve={view.curves['loss']} title={t('curve.loss')} digits={3} steps={steps} />
      <Curve
        curve={view.curves[`train-${metric.id}`]}
        title={t('curve.train', { title: `${metric.title}${unit}` })}
        digits={metric.digits}
        steps={steps}
      />
    </div>
  );
};
