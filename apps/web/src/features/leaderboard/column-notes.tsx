/** What each column of a leaderboard means, and each remark that its rows carry, below it, when somebody asks. */
import type { Row } from '@topiary/contracts';
import type { Column } from './column.js';
import { flagWords } from './flags.js';

interface Props {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export default function ColumnNotes({ columns, rows }: Props) {
  const flags = [...new Set(rows.flatMap((row) => row.flags))].map(flagWords);
  return (
    <dl className="facts">
      {columns.map(({ id, header, explain }) => (
        <div key={id}>
          <dt>{header}</dt>
          <dd>{explain}</dd>
        </div>
      ))}
      {flags.map(({ title, meaning }) => (
        <div key={title}>
          <dt>
            <span className="tag">{title}</span>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
