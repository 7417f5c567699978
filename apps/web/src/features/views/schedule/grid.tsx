/** A grid of shares as a picture: rows with names, columns along a scale; the fuller a cell, the larger the share. */
import { useWidth } from '../../../lib/use-width.js';

export interface GridProps {
  readonly label: string;
  readonly rows: readonly string[];
  readonly columns: readonly (string | number)[];
  /** Under the grid. */
  readonly scale: string;
  readonly share: (row: number, column: number) => number;
  /** What a cell says when it is pointed at. */
  readonly say: (row: number, column: number) => string;
  /** Rows whose names stand out (none). */
  readonly marked?: readonly boolean[] | null;
}

const [HEIGHT, FOOT, LETTER, LEAST] = [15, 34, 6.4, 38];

const shortened = (name: string, letters: number): string =>
  name.length <= letters ? name : `${name.slice(0, Math.max(1, letters - 1))}…`;

/** Columns whose labels have room, between their neighbours and before the end. */
const labelled = (count: number, cell: number): ReadonlySet<number> => {
  const every = Math.max(1, Math.ceil(LEAST / cell));
  const hasRoom = (i: number) => (count - i - 0.5) * cell >= LEAST / 3;
  return new Set(Array.from({ length: count }, (_, i) => i).filter((i) => i % every === 0 && hasRoom(i)));
};

const Names = ({ rows, marked, left }: Pick<GridProps, 'rows' | 'marked'> & { readonly left: number }) => (
  <g className="grid-names">
    {rows.map((name, i) => (
      <text
        key={name}
        className={marked?.[i] ? 'is-marked' : undefined}
        x={left - 8}
        y={(i + 0.5) * HEIGHT}
        dy="0.34em"
        textAnchor="end"
      >
        {shortened(name, Math.floor((left - 8) / LETTER))}
        <title>{name}</title>
      </text>
    ))}
  </g>
);

const Cells = (props: GridProps & { readonly left: number; readonly cell: number }) => {
  const { rows, columns, share, say, left, cell } = props;
  const gap = cell > 5 ? 1 : 0;
  return rows.map((name, i) => (
    <g key={name}>
      {columns.map((column, j) => (
        <g key={String(column)}>
          <rect className="grid-cell" x={left + j * cell} y={i * HEIGHT} width={cell - gap} height={HEIGHT - 1} />
          <rect
            className="grid-share"
            style={{ fillOpacity: share(i, j) }}
            x={left + j * cell}
            y={i * HEIGHT}
            width={cell - gap}
            height={HEIGHT - 1}
          >
            <title>{say(i, j)}</title>
          </rect>
        </g>
      ))}
    </g>
  ));
};

export const Grid = (props: GridProps) => {
  const { label, rows, columns, scale } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const longest = Math.max(0, ...rows.map((name) => name.length));
  const left = Math.min(longest * LETTER + 10, width * 0.36);
  const cell = Math.min(34, (width - left) / Math.max(1, columns.length));
  const bottom = rows.length * HEIGHT;
  const shown = labelled(columns.length, cell);
  return (
    <div ref={box} className="grid-picture" style={{ height: bottom + FOOT }}>
      {width > 0 && (
        <svg role="img" aria-label={label} width={width} height={bottom + FOOT}>
          <Names rows={rows} marked={props.marked ?? null} left={left} />
          <Cells {...props} left={left} cell={cell} />
          <g className="grid-scale">
            {columns.map((column, j) =>
              shown.has(j) ? (
                <text key={String(column)} x={left + (j + 0.5) * cell} y={bottom + 12} textAnchor="middle">
                  {column}
                </text>
              ) : null,
            )}
            <text x={left} y={bottom + 29}>
              {scale}
            </text>
          </g>
        </svg>
      )}
    </div>
  );
};
