/** One column of a leaderboard. */
import type { Row } from '@topiary/contracts';
import type { ReactNode } from 'react';

export interface Column {
  readonly id: string;
  readonly header: string;
  readonly explain: string;
  readonly numeric?: boolean;
  readonly sticky?: boolean;
  /** The server's name of the column; null: it sorts nothing. */
  readonly sort: string | null;
  /** Which end a first press brings to the top. */
  readonly down?: boolean;
  /** Shown until a reader chooses columns. */
  readonly compact: boolean;
  /** A column in which no row has anything to say is left out: papers print little. */
  readonly says?: (row: Row) => boolean;
  readonly cell: (row: Row) => ReactNode;
}

export const absent = <span className="muted">–</span>;
