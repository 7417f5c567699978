/** A column for each axis of the track: what is left, and how it stands to the base model. */
import type { AxisDescription, Row, TrackDescription } from '@topiary/contracts';
import { NumberFigure } from '../../components/figures.js';
import { decimalWidths } from '../../lib/decimal.js';
import { axisScale, formatFixed, formatShare } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { costOf } from '../../lib/tracks.js';
import { absent, type Column } from './column.js';

const explain = ({ title, perMachine, id }: AxisDescription, { targetAxis }: TrackDescription): string =>
  [
    t(perMachine ? 'column.axis.measured' : 'column.axis.counted', { axis: title }),
    ...(id === targetAxis ? [t('column.axis.target')] : []),
  ].join(' ');

/** Times of the project's own machine, which come with shipped rows, do not compare with those taken here. */
const hint = ({ provenance }: Row, { perMachine }: AxisDescription, base: string): string =>
  [
    t('column.axis.base', { value: base }),
    ...(perMachine && provenance === 'shipped' ? [t('column.axis.shipped')] : []),
  ].join('; ');

const ratio = (base: number, left: number): string => (left > 0 ? `${formatFixed(base / left, 2)}×` : '');

export const costColumn = (axis: AxisDescription, rows: readonly Row[], track: TrackDescription): Column => {
  const known = rows.flatMap((row) => costOf(row, axis) ?? []);
  const scale = axisScale(
    axis,
    known.flatMap(({ base, left }) => [base, left]),
  );
  const texts = known.flatMap(({ left }) => (left === null ? [] : [scale.write(left)]));
  const widths = decimalWidths(texts);
  return {
    id: axis.id,
    header: axis.title,
    explain: explain(axis, track),
    numeric: true,
    sort: axis.id,
    compact: axis.id === track.targetAxis,
    says: (row) => (costOf(row, axis)?.left ?? null) !== null,
    cell: (row) => {
      const { base = null, left = null } = costOf(row, axis) ?? {};
      if (left === null) return absent;
      return (
        <>
          <NumberFigure text={scale.write(left)} unit={scale.unit} widths={widths} />
          {base !== null && (
            <span className="share" title={hint(row, axis, `${scale.write(base)} ${scale.unit}`.trim())}>
              {axis.perMachine ? ratio(base, left) : formatShare(left, base)}
            </span>
          )}
        </>
      );
    },
  };
};
