/** The picture beside the table, with a choice of axes that the address keeps. */
import type { Board, MetricDescription, Row } from '@topiary/contracts';
import { useMemo } from 'react';
import { t } from '../../lib/i18n.js';
import { useSearchParam } from '../../lib/url.js';
import { COST_AXES, type CostAxis, isCostAxis, isValueAxis, VALUE_AXES, type ValueAxis } from '../plot/axes.js';
import { paretoData } from '../plot/pareto-data.js';
import { ParetoPlot } from '../plot/pareto-plot.js';

const PLOT_HEIGHT = 420;

interface Props {
  readonly board: Board;
  readonly metric: MetricDescription;
  readonly rows: readonly Row[];
  readonly target: string;
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
  readonly onOpen: (id: string) => void;
}

export const Picture = ({ board, metric, rows, target, active, onActive, onOpen }: Props) => {
  const [x, setX] = useSearchParam('x');
  const [y, setY] = useSearchParam('y');
  const cost = isCostAxis(x) ? x : 'macs';
  const value = isValueAxis(y) ? y : 'metric';
  const data = useMemo(
    () => paretoData(board, rows, metric, { target, cost, value }),
    [board, rows, metric, target, cost, value],
  );
  const titles = { metric: metric.title, change: t('column.change'), 'above-random': t('column.aboveRandom') };
  return (
    <figure className="figure board-figure" hidden={rows.length === 0}>
      <ParetoPlot
        data={data}
        height={PLOT_HEIGHT}
        label={t('board.plot.label', { x: data.x.title, y: data.y.title, target })}
        active={active}
        onActive={onActive}
        onOpen={onOpen}
      />
      <figcaption>{t('board.plot.caption', { target })}</figcaption>
      <div className="axis-fields">
        <label className="facet">
          <span>{t('board.axis.y')}</span>
          <select value={value} onChange={(event) => setY(event.target.value === 'metric' ? null : event.target.value)}>
            {(Object.keys(VALUE_AXES) as ValueAxis[]).map((name) => (
              <option key={name} value={name}>
                {titles[name]}
              </option>
            ))}
          </select>
        </label>
        <label className="facet">
          <span>{t('board.axis.x')}</span>
          <select value={cost} onChange={(event) => setX(event.target.value === 'macs' ? null : event.target.value)}>
            {(Object.keys(COST_AXES) as CostAxis[]).map((name) => (
              <option key={name} value={name}>
                {t(`plot.axis.${name}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
    </figure>
  );
};
