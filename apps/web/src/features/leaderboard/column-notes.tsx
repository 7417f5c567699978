/** What each column of a leaderboard means, below it, when somebody asks. */
import type { Column } from './column.js';

export default function ColumnNotes({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <dl className="facts">
      {columns.map(({ id, header, explain }) => (
        <div key={id}>
          <dt>{header}</dt>
          <dd>{explain}</dd>
        </div>
      ))}
    </dl>
  );
}
