/** Any speed-up between the targets: drag, and the recipes are put in order along their curves. */
import type { Board, Row, TrackDescription } from '@topiary/contracts';
import { useMemo } from 'react';
import { MeasureFigure } from '../../components/figures.js';
import { ProvenanceMark } from '../../components/marks.js';
import { formatFixed, measure } from '../../lib/format.js';
import { isFree, mainMetric } from '../../lib/tracks.js';
import { useSearchParam } from '../../lib/url.js';
import { CurvesPlot } from './curves-plot.js';
import { meanBetween, seriesOf, standings } from './series.js';
import { t } from './words.js';

interface Props {
  readonly board: Board;
  readonly rows: readonly Row[];
  readonly track: TrackDescription;
}

/** Steps of a twentieth of a doubling. */
const STEP = 0.05;
const SHOWN = 10;

export default function Budget({ board, rows, track }: Props) {
  const metric = mainMetric(track);
  const [text, setText] = useSearchParam('budget');
  const series = useMemo(() => {
    const onAxis = rows.filter(({ target }) => target.axis === track.targetAxis && !isFree(target));
    return seriesOf(onAxis, metric).filter(({ points }) => points.length > 1);
  }, [rows, metric, track]);
  const targets = board.targets.filter((target) => target.axis === track.targetAxis && !isFree(target));
  const values = targets.map(({ value }) => value);
  const [low, high] = [Math.log2(Math.min(...values)), Math.log2(Math.max(...values))];
  const asked = Number(text);
  const speedup = asked >= 2 ** low && asked <= 2 ** high ? asked : 2 ** ((low + high) / 2);
  const order = standings(series, speedup, metric.direction);
  const meanText = (points: (typeof series)[number]['points']): string => {
    const mean = meanBetween(points, Math.min(...values), Math.max(...values));
    return mean === null ? '–' : formatFixed(mean, Math.min(1, metric.digits));
  };
  if (series.length === 0) return <p className="muted">{t('curves.none')}</p>;
  return (
    <div className="two-columns">
      <figure className="figure">
        <label className="budget-field">
          <span>{t('curves.budget')}</span>
          <input
            type="range"
            min={low}
            max={high}
            step={STEP}
            value={Math.log2(speedup)}
            aria-valuetext={`${speedup.toFixed(2)}x`}
            onChange={(event) => setText((2 ** Number(event.target.value)).toFixed(2))}
          />
          <output>{`${speedup.toFixed(2)}x`}</output>
        </label>
        <CurvesPlot
          series={series}
          metric={metric}
          targets={targets}
          speedup={speedup}
          best={order[0]?.series.id ?? null}
        />
        <figcaption>{t('curves.caption')}</figcaption>
      </figure>
      <section aria-live="polite">
        <table>
          <caption className="sr-only">{t('curves.order', { speedup: speedup.toFixed(2) })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('column.method')}</th>
              <th scope="col" className="numeric">
                {t('curves.estimate', { metric: metric.title })}
              </th>
              <th scope="col" className="numeric">
                {t('curves.mean', { from: Math.min(...values), to: Math.max(...values) })}
              </th>
              <th scope="col">{t('column.provenance')}</th>
            </tr>
          </thead>
          <tbody>
            {order.slice(0, SHOWN).map(({ series: { id, label, provenance, points }, found }) => (
              <tr key={id}>
                <th scope="row">{label}</th>
                <td className="numeric">
                  <MeasureFigure measure={measure(found, metric)} />
                </td>
                <td className="numeric">{meanText(points)}</td>
                <td>
                  <ProvenanceMark provenance={provenance} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {order.length > SHOWN && <p className="muted">{t('curves.more', { n: order.length - SHOWN })}</p>}
      </section>
    </div>
  );
}
