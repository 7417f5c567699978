/** Numbers as marks on a page: aligned on the decimal point, with uncertainty and unit; and moments in time. */
import { useNow } from '../lib/clock.js';
import { type DecimalWidths, splitDecimal } from '../lib/decimal.js';
import { formatAgo, formatDateTime, type Measure } from '../lib/format.js';

const Aligned = ({ text, widths }: { readonly text: string; readonly widths: DecimalWidths }) => {
  const { left, right } = splitDecimal(text);
  return (
    <>
      <span className="num-left" style={{ minWidth: `${widths.left}ch` }}>
        {left}
      </span>
      <span className="num-right" style={{ minWidth: `${widths.right}ch` }}>
        {right}
      </span>
    </>
  );
};

/** Widths of a column of measures: the values' and the uncertainties'. */
export interface MeasureWidths {
  readonly value: DecimalWidths;
  readonly plus: DecimalWidths;
}

export const MeasureFigure = ({
  measure: { text, plus, unit },
  widths,
}: {
  readonly measure: Measure;
  readonly widths?: MeasureWidths | undefined;
}) => (
  <span className="num">
    {widths ? <Aligned text={text} widths={widths.value} /> : text}
    {plus !== null && (
      <span className="num-plus">
        {' ± '}
        {widths ? <Aligned text={plus} widths={widths.plus} /> : plus}
      </span>
    )}
    {plus === null && widths && widths.plus.left + widths.plus.right > 0 && (
      <span className="num-plus is-absent" aria-hidden="true">
        {' ± '}
        <Aligned text="" widths={widths.plus} />
      </span>
    )}
    {unit && <span className="num-unit">{` ${unit}`}</span>}
  </span>
);

export const NumberFigure = ({
  text,
  unit,
  widths,
}: {
  readonly text: string;
  readonly unit?: string;
  readonly widths: DecimalWidths;
}) => (
  <span className="num">
    <Aligned text={text} widths={widths} />
    {unit && <span className="num-unit">{` ${unit}`}</span>}
  </span>
);

export const Ago = ({ iso }: { readonly iso: string }) => {
  const now = useNow(10_000);
  return (
    <time dateTime={iso} title={formatDateTime(iso)}>
      {formatAgo(iso, now)}
    </time>
  );
};
