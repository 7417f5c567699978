/** Live curves of a run: the loss, and whatever else its training tells, each a small plot with the last value in words. */
import type { MetricDescription, TrackDescription } from '@topiary/contracts';
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

const LOSS = 'loss';
const DIGITS = 3;

/** A metric of the track on training batches; else the curve has the name that its procedure gave it. */
const about = (series: string, metrics: readonly MetricDescription[]): { title: string; digits: number } => {
  const metric = metrics.find(({ id }) => series === `train-${id}`);
  if (!metric) return { title: series, digits: DIGITS };
  const { title, unit, digits } = metric;
  return { title: t('curve.train', { title: unit ? `${title}, ${unit}` : title }), digits };
};

export const Curves = ({
  view,
  track,
  steps,
}: {
  readonly view: RunView;
  readonly track: TrackDescription;
  readonly steps: number | undefined;
}) => (
  <div className="curves">
    <Curve curve={view.curves[LOSS]} title={t('curve.loss')} digits={DIGITS} steps={steps} />
    {Object.entries(view.curves)
      .filter(([series]) => series !== LOSS)
      .map(([series, curve]) => (
        <Curve key={series} curve={curve} {...about(series, track.metrics)} steps={steps} />
      ))}
  </div>
);
