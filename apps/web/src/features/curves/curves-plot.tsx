/** All recipes of a board as curves over the speed-up, with a line at the budget that the reader drags. */
import type { MetricDescription } from '@topiary/contracts';
import { useWidth } from '../../lib/use-width.js';
import { linearScale, logScale, niceDomain } from '../plot/scale.js';
import type { Series } from './series.js';
import { t } from './words.js';

interface Props {
  readonly series: readonly Series[];
  readonly metric: MetricDescription;
  readonly targets: readonly { readonly value: number; readonly label: string }[];
  readonly speedup: number;
  readonly best: string | null;
}

const HEIGHT = 320;
const MARGIN = { left: 40, right: 16, top: 28, bottom: 40 };

const extentOf = (series: readonly Series[]): [number, number] => {
  const values = series.flatMap(({ points }) =>
    points.flatMap(({ value, low, high }) => [low ?? value, high ?? value]),
  );
  return values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
};

export const CurvesPlot = ({ series, metric, targets, speedup, best }: Props) => {
  const [box, width] = useWidth<HTMLDivElement>();
  const reached = [
    ...series.flatMap(({ points }) => points.map((point) => point.speedup)),
    ...targets.map((target) => target.value),
  ];
  const x = logScale([Math.min(...reached), Math.max(...reached)], [MARGIN.left + 8, width - MARGIN.right - 8]);
  const [low, high] = [HEIGHT - MARGIN.bottom, MARGIN.top];
  const isDown = metric.direction === 'lower';
  const y = linearScale(niceDomain(extentOf(series), 5), isDown ? [high, low] : [low, high]);
  const d = ({ points }: Series) =>
    points
      .map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.speedup).toFixed(1)} ${y(point.value).toFixed(1)}`)
      .join('');
  return (
    <div ref={box} className="plot" style={{ height: HEIGHT }}>
      {width > 0 && (
        <svg role="img" aria-label={t('curves.label', { metric: metric.title })} width={width} height={HEIGHT}>
          <g className="grid">
            {y.ticks(5).map((value) => (
              <line key={value} x1={MARGIN.left} x2={width - MARGIN.right} y1={y(value)} y2={y(value)} />
            ))}
          </g>
          {y.ticks(5).map((value) => (
            <text key={value} x={MARGIN.left - 8} y={y(value)} dy="0.32em" textAnchor="end">
              {value}
            </text>
          ))}
          {targets.map(({ value, label }) => (
            <text key={label} x={x(value)} y={HEIGHT - MARGIN.bottom + 18} textAnchor="middle">
              {label}
            </text>
          ))}
          <text x="2" y="12">{`${metric.title}${metric.unit ? `, ${metric.unit}` : ''}`}</text>
          <text x={width - 2} y={HEIGHT - 4} textAnchor="end">
            {t('curves.axis')}
          </text>
          <line className="budget" x1={x(speedup)} x2={x(speedup)} y1={MARGIN.top - 8} y2={HEIGHT - MARGIN.bottom} />
          {series.map((one) => (
            <g
              key={one.id}
              className={
                one.id === best ? 'series is-front' : one.provenance === 'reported' ? 'series is-dim' : 'series'
              }
            >
              <path fill="none" d={d(one)} />
              {one.points.map((point) => (
                <circle key={point.row} r="3" cx={x(point.speedup)} cy={y(point.value)}>
                  <title>{`${one.label}, ${point.speedup.toFixed(2)}x: ${point.value.toFixed(metric.digits)} ${metric.unit}`}</title>
                </circle>
              ))}
            </g>
          ))}
        </svg>
      )}
    </div>
  );
};
