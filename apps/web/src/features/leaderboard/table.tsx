/** The leaderboard as a table: sortable headers, tiers, arrow keys, choosing rows, and a selection shared with the plot. */

import type { Board, Row, TrackDescription } from '@topiary/contracts';
import type { KeyboardEvent } from 'react';
import { Scroll } from '../../components/scroll.js';
import { t } from '../../lib/i18n.js';
import type { Column } from './column.js';
import { rankingTitle } from './ranking-title.js';
import { isSameTier, rankingsOf } from './rows.js';
import { pressed, type SortPart } from './sorting.js';

interface Props {
  readonly board: Pick<Board, 'parts'>;
  readonly track: TrackDescription;
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
  readonly caption: string;
  readonly sorting: readonly SortPart[];
  readonly onSorting: (sorting: readonly SortPart[]) => void;
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
  readonly onOpen: (id: string) => void;
  readonly chosen: readonly string[];
  readonly onChoose: (id: string, on: boolean) => void;
}

/** Tiers are shaded in turn while the rows stand in the order of rank; rows without one are not. */
const tierClass = (row: Row, byRank: boolean): string => (byRank && (row.tier ?? 1) % 2 === 0 ? 'is-even-tier' : '');

type Sorting = Pick<Props, 'sorting' | 'onSorting'>;

const classOf = ({ numeric, sticky }: Column): string | undefined =>
  numeric ? 'numeric' : sticky ? 'sticky' : undefined;

const HeadCell = ({ column, sorting, onSorting }: Sorting & { readonly column: Column }) => {
  const { sort, header, explain, down = false } = column;
  if (sort === null) {
    return (
      <th scope="col" className={classOf(column)} title={explain}>
        {header}
      </th>
    );
  }
  const place = sorting.findIndex(({ name }) => name === sort);
  const direction = place < 0 ? 'none' : sorting[place]!.down ? 'desc' : 'asc';
  // Only the first of several columns may say so: a table has one sorted header.
  const aria =
    place === 0 ? ({ asc: 'ascending', desc: 'descending', none: undefined } as const)[direction] : undefined;
  return (
    <th scope="col" className={classOf(column)} aria-sort={aria}>
      <button
        type="button"
        title={`${explain} ${t('board.sort.more')}`}
        onClick={(event) => onSorting(pressed(sorting, { name: sort, down }, event.shiftKey))}
      >
        {header}
        <span className={`sort-mark is-${direction}`} aria-hidden="true" />
        {sorting.length > 1 && place >= 0 && <span className="sort-place">{place + 1}</span>}
      </button>
    </th>
  );
};

/** Up and down move between rows, Enter opens the row, x chooses it; a link or a box within keeps Enter and space. */
const onRowKey = (event: KeyboardEvent<HTMLTableRowElement>, open: () => void, choose: () => void) => {
  if (event.key === 'Enter' && event.target === event.currentTarget) return open();
  if (event.key === 'x' && !event.ctrlKey && !event.metaKey) return choose();
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const all = [...(event.currentTarget.closest('table')?.querySelectorAll<HTMLElement>('tr[data-row]') ?? [])];
  all[all.indexOf(event.currentTarget) + step]?.focus();
};

interface BodyRowProps extends Props {
  readonly row: Row;
  readonly activeRow: Row | null;
  readonly byRank: boolean;
  readonly isFirst: boolean;
}

const BodyRow = ({ row, columns, activeRow, byRank, isFirst, ...props }: BodyRowProps) => {
  const { id, label } = row;
  const { active, onActive, onOpen, chosen, onChoose } = props;
  const on = chosen.includes(id);
  const name = [
    tierClass(row, byRank),
    id === active ? 'is-active' : '',
    activeRow && isSameTier(activeRow, row) ? 'is-neighbour' : '',
  ];
  return (
    <tr
      data-row={id}
      tabIndex={isFirst ? 0 : -1}
      className={name.filter(Boolean).join(' ')}
      onPointerEnter={() => onActive(id)}
      onPointerLeave={() => onActive(null)}
      onFocus={() => onActive(id)}
      onBlur={() => onActive(null)}
      onKeyDown={(event) =>
        onRowKey(
          event,
          () => onOpen(id),
          () => onChoose(id, !on),
        )
      }
    >
      <td className="choose">
        <input
          type="checkbox"
          checked={on}
          aria-label={t('board.choose', { method: label })}
          onChange={(event) => onChoose(id, event.target.checked)}
        />
      </td>
      {columns.map((column) =>
        column.sticky ? (
          <th key={column.id} scope="row" className="sticky">
            {column.cell(row)}
          </th>
        ) : (
          <td key={column.id} className={classOf(column)} data-column={column.id} data-label={column.header}>
            {column.cell(row)}
          </td>
        ),
      )}
    </tr>
  );
};

export const LeaderboardTable = (props: Props) => {
  const { board, track, rows, columns, caption, sorting, onSorting, active } = props;
  const byRank = sorting.length === 0 || sorting[0]!.name === 'rank';
  const activeRow = rows.find(({ id }) => id === active) ?? null;
  return (
    <Scroll caption={caption}>
      <table className="leaderboard">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col" className="choose">
              <span className="sr-only">{t('board.compare')}</span>
            </th>
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sorting={sorting} onSorting={onSorting} />
            ))}
          </tr>
        </thead>
        {rankingsOf(rows, track).map((ranking) => {
          const title = rankingTitle(ranking, rows[0]!.splitHash, board);
          return (
            <tbody key={ranking.key}>
              {title && (
                <tr className="group-row">
                  <th colSpan={columns.length + 1} scope="colgroup">
                    <span>{title}</span>
                  </th>
                </tr>
              )}
              {ranking.rows.map((row) => (
                <BodyRow
                  key={row.id}
                  {...props}
                  row={row}
                  activeRow={activeRow}
                  byRank={byRank}
                  isFirst={row === rows[0]}
                />
              ))}
            </tbody>
          );
        })}
      </table>
    </Scroll>
  );
};
