/** The leaderboard as a table: sortable headers, tiers, arrow keys, and a selection shared with the plot. */

import { type SortingState, useTable } from '@tanstack/react-table';
import type { Board, MetricDescription, Row } from '@topiary/contracts';
import { type KeyboardEvent, useMemo } from 'react';
import { t } from '../../lib/i18n.js';
import { features, leaderboardColumns } from './columns.js';
import { isSameTier, type Ranking, rankingOf, rankingsOf } from './rows.js';

interface Props {
  readonly board: Board;
  readonly rows: Row[];
  readonly metric: MetricDescription;
  readonly caption: string;
  readonly sorting: SortingState;
  readonly onSorting: (sorting: SortingState) => void;
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
  readonly onOpen: (id: string) => void;
}

/** Only the header that sorts says so. */
const ariaSort = (direction: false | 'asc' | 'desc') =>
  direction === false ? undefined : direction === 'asc' ? 'ascending' : 'descending';

/** Tiers are shaded in turn while the rows stand in the order of rank. */
const tierClass = (row: Row, byRank: boolean): string => (byRank && (row.tier ?? 0) % 2 === 0 ? 'is-even-tier' : '');

/** The board's own ranking needs no words. */
const rankingTitle = ({ kind, splitHash }: Ranking, first: Row): string | null => {
  if (kind === 'reported') return t('board.reported');
  const split = splitHash === first.splitHash ? '' : t('board.otherSplit', { split: splitHash.slice(0, 8) });
  return [kind === 'open' ? t('board.open') : '', split].filter(Boolean).join(' ') || null;
};

const useLeaderboard = ({ board, rows, metric, sorting, onSorting }: Props) => {
  const columns = useMemo(() => leaderboardColumns(board, rows, metric), [board, rows, metric]);
  return useTable({
    features,
    columns,
    data: rows,
    getRowId: (row) => row.id,
    state: { sorting },
    onSortingChange: (update) => onSorting(typeof update === 'function' ? update(sorting) : update),
    enableMultiSort: false,
  });
};

type Instance = ReturnType<typeof useLeaderboard>;
type Header = ReturnType<Instance['getHeaderGroups']>[number]['headers'][number];
type TableRow = ReturnType<Instance['getRowModel']>['rows'][number];

const HeadCell = ({ table, header }: { readonly table: Instance; readonly header: Header }) => {
  const { column } = header;
  const { meta } = column.columnDef;
  const name = meta?.numeric ? 'numeric' : meta?.sticky ? 'sticky' : undefined;
  if (!column.getCanSort()) {
    return (
      <th scope="col" className={name} title={meta?.explain}>
        <table.FlexRender header={header} />
      </th>
    );
  }
  const direction = column.getIsSorted();
  return (
    <th scope="col" className={name} aria-sort={ariaSort(direction)}>
      <button type="button" title={meta?.explain} onClick={column.getToggleSortingHandler()}>
        <table.FlexRender header={header} />
        <span className={`sort-mark is-${direction || 'none'}`} aria-hidden="true" />
      </button>
    </th>
  );
};

const Cells = ({ table, row }: { readonly table: Instance; readonly row: TableRow }) =>
  row.getAllCells().map((cell) => {
    const { meta } = cell.column.columnDef;
    return meta?.sticky ? (
      <th key={cell.id} scope="row" className="sticky">
        <table.FlexRender cell={cell} />
      </th>
    ) : (
      <td key={cell.id} className={meta?.numeric ? 'numeric' : undefined}>
        <table.FlexRender cell={cell} />
      </td>
    );
  });

/** Up and down move between rows, Enter opens the row's submission. */
const onRowKey = (event: KeyboardEvent<HTMLTableRowElement>, open: () => void) => {
  if (event.key === 'Enter' && event.target === event.currentTarget) return open();
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const all = [...(event.currentTarget.closest('table')?.querySelectorAll<HTMLElement>('tr[data-row]') ?? [])];
  all[all.indexOf(event.currentTarget) + step]?.focus();
};

export const LeaderboardTable = (props: Props) => {
  const { rows, caption, sorting, active, onActive, onOpen } = props;
  const table = useLeaderboard(props);
  const byRank = sorting.length === 0 || sorting[0]?.id === 'rank';
  const activeRow = rows.find(({ id }) => id === active) ?? null;
  const sorted = table.getRowModel().rows;
  const firstRow = sorted[0]?.id;

  const renderRow = (row: TableRow) => {
    const { original, id } = row;
    const name = [
      tierClass(original, byRank),
      id === active ? 'is-active' : '',
      activeRow && isSameTier(activeRow, original) ? 'is-neighbour' : '',
    ];
    return (
      <tr
        key={id}
        data-row={id}
        tabIndex={id === firstRow ? 0 : -1}
        className={name.filter(Boolean).join(' ')}
        onPointerEnter={() => onActive(id)}
        onPointerLeave={() => onActive(null)}
        onFocus={() => onActive(id)}
        onBlur={() => onActive(null)}
        onKeyDown={(event) => onRowKey(event, () => onOpen(id))}
      >
        <Cells table={table} row={row} />
      </tr>
    );
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label={caption}>
      <table className="leaderboard">
        <caption>{caption}</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <HeadCell key={header.id} table={table} header={header} />
              ))}
            </tr>
          ))}
        </thead>
        {rankingsOf(rows).map((ranking) => {
          const title = rankingTitle(ranking, rows[0]!);
          return (
            <tbody key={ranking.key}>
              {title && (
                <tr className="group-row">
                  <th colSpan={table.getAllLeafColumns().length} scope="colgroup">
                    {title}
                  </th>
                </tr>
              )}
              {sorted.filter(({ original }) => rankingOf(original) === ranking.key).map(renderRow)}
            </tbody>
          );
        })}
      </table>
    </section>
  );
};
