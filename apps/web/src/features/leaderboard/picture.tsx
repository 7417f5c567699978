/** The picture beside the table, with a choice of axes that the address keeps. */
import type { Board, Row, TrackDescription } from '@topiary/contracts';
import { useMemo } from 'react';
import { t } from '../../lib/i18n.js';
import { controlOf } from '../../lib/tracks.js';
import { useSearchParam } from '../../lib/url.js';
import { type AxisChoice, chosenAxis, costChoices, valueChoices } from '../plot/axes.js';
import { paretoData } from '../plot/pareto-data.js';
import { ParetoPlot } from '../plot/pareto-plot.js';

const PLOT_HEIGHT = 420;

interface Props {
  readonly board: Board;
  readonly track: TrackDescription;
  readonly rows: readonly Row[];
  readonly target: string;
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
  readonly onOpen: (id: string) => void;
}

const AxisField = ({
  label,
  choices,
  value,
  onChange,
}: {
  readonly label: string;
  readonly choices: readonly AxisChoice[];
  readonly value: string;
  readonly onChange: (id: string | null) => void;
}) => (
  <label className="facet">
    <span>{label}</span>
    <select
      value={value}
      onChange={(event) => onChange(event.target.value === choices[0]!.id ? null : event.target.value)}
    >
      {choices.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  </label>
);

export default function Picture({ board, track, rows, target, active, onActive, onOpen }: Props) {
  const [x, setX] = useSearchParam('x');
  const [y, setY] = useSearchParam('y');
  const [costs, values] = useMemo(() => [costChoices(track), valueChoices(track)], [track]);
  const cost = chosenAxis(costs, x).id;
  const value = chosenAxis(values, y).id;
  const data = useMemo(
    () => paretoData(board, rows, track, { target, cost, value }),
    [board, rows, track, target, cost, value],
  );
  const control = controlOf(track);
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
      <figcaption>
        {t('board.plot.caption', { target })} {control && t('board.plot.control', { control: control.title })}{' '}
        {data.curves.map(({ title }) => t('board.plot.curve', { control: title })).join(' ')}
      </figcaption>
      <div className="axis-fields">
        <AxisField label={t('board.axis.y')} choices={values} value={value} onChange={setY} />
        <AxisField label={t('board.axis.x')} choices={costs} value={cost} onChange={setX} />
      </div>
    </figure>
  );
}
