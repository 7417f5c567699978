/** The picture beside the table, with a choice of axes that the address keeps. */
import type { Board, Row, TrackDescription } from '@topiary/contracts';
import { useMemo } from 'react';
import { t } from '../../lib/i18n.js';
import { controlOf } from '../../lib/tracks.js';
import { useSearchParam } from '../../lib/url.js';
import { type AxisChoice, chosenAxis, costChoices, valueChoices } from '../plot/axes.js';
import { beyond } from '../plot/crop.js';
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

const Toggle = ({
  label,
  on,
  onChange,
}: {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}) => (
  <label className="choice">
    <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
    {label}
  </label>
);

export default function Picture({ board, track, rows, target, active, onActive, onOpen }: Props) {
  const [x, setX] = useSearchParam('x');
  const [y, setY] = useSearchParam('y');
  const [all, setAll] = useSearchParam('targets');
  const [range, setRange] = useSearchParam('range');
  // a target that has no row yet still shows what the others have
  const isAll = all === 'all' || !rows.some((row) => row.target.label === target);
  const isWhole = range === 'whole';
  const [costs, values] = useMemo(() => [costChoices(track), valueChoices(track)], [track]);
  const cost = chosenAxis(costs, x).id;
  const value = chosenAxis(values, y).id;
  const data = useMemo(
    () => paretoData(board, rows, track, { target, cost, value, alone: !isAll }),
    [board, rows, track, target, cost, value, isAll],
  );
  const control = controlOf(track);
  const out = beyond(data, isWhole);
  return (
    <figure className="figure board-figure" hidden={rows.length === 0}>
      <ParetoPlot
        data={data}
        whole={isWhole}
        height={PLOT_HEIGHT}
        label={t(isAll ? 'board.plot.label' : 'board.plot.label.alone', { x: data.x.title, y: data.y.title, target })}
        active={active}
        onActive={onActive}
        onOpen={onOpen}
      />
      <figcaption>
        {t(isAll ? 'board.plot.caption' : 'board.plot.caption.alone', { target })}{' '}
        {control && isAll && t('board.plot.control', { control: control.title })}{' '}
        {data.curves.map(({ title }) => t('board.plot.curve', { control: title })).join(' ')}
        {out.length > 0 &&
          ` ${t('board.plot.beyond', { rows: out.map(({ label, value: found }) => `${label} (${data.y.write(found)})`).join(', ') })}`}
      </figcaption>
      <p className="choices">
        <Toggle label={t('board.plot.all')} on={isAll} onChange={(on) => setAll(on ? 'all' : null)} />
        {(isWhole || out.length > 0) && (
          <Toggle label={t('board.plot.whole')} on={isWhole} onChange={(on) => setRange(on ? 'whole' : null)} />
        )}
      </p>
      <div className="axis-fields">
        <AxisField label={t('board.axis.y')} choices={values} value={value} onChange={setY} />
        <AxisField label={t('board.axis.x')} choices={costs} value={cost} onChange={setX} />
      </div>
    </figure>
  );
}
