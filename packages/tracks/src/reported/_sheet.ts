/**
 * What a paper's tables look like as data, and how a printed cell becomes a row. Values are as printed; changes and
 * ranks are never taken over but computed. Where print contradicts itself, `printed` keeps what stands there.
 */
import { createHash } from 'node:crypto';
import type { MethodKind, RunMetric, Source, Target } from '@topiary/contracts';
import { parseTarget } from '@topiary/contracts';

export interface Cell {
  /** The board's nearest target; the printed speed-up is within 15 % of it. */
  readonly target: string;
  /** The printed speed-up, where it is not the target itself or base MACs over MACs left. */
  readonly achieved?: number | undefined;
  readonly value: number;
  readonly paramsM?: number | null | undefined;
  /** Percent of the parameters kept, as printed. */
  readonly keptPct?: number | null | undefined;
  readonly macsG?: number | undefined;
  /** What the cell's own numbers contradict: a change, a rank, or parameters with their percentage. */
  readonly printed?:
    | {
        readonly delta?: string | undefined;
        readonly rank?: string | undefined;
        readonly params?: string | undefined;
      }
    | undefined;
}

export interface Line {
  /** As printed. */
  readonly label: string;
  /** Null where the method is none of ours. */
  readonly recipe: {
    readonly criterion: string;
    readonly regularizer?: string | null | undefined;
    readonly scope?: string | undefined;
  } | null;
  readonly base?: number | null | undefined;
  readonly stepSeconds?: number | null | undefined;
  readonly epochSeconds?: number | null | undefined;
  /** Taken over by the table from another paper, without the network that it started from. */
  readonly quoted?: boolean | undefined;
  readonly note?: string | undefined;
  readonly cells: readonly Cell[];
}

export interface Table {
  readonly board: string;
  readonly title: string;
  readonly metric: string;
  /** Of the base network: its metric, parameters, and MACs by the published count. */
  readonly base: number | null;
  readonly params: number | null;
  readonly macsG: number | null;
  /** Rows with a regularizer are ranked by themselves. */
  readonly ranksApart?: boolean | undefined;
  readonly note?: string | undefined;
  readonly rows: readonly Line[];
}

export interface Sheet {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly year: number;
  readonly tables: readonly Table[];
}

/** A printed outcome in the shape of a run. */
export interface ReportedRow {
  readonly run: string;
  readonly board: string;
  readonly submission: null;
  readonly label: string;
  readonly division: 'closed';
  readonly recipe: Readonly<Partial<Record<MethodKind | 'scope', string | null>>>;
  readonly recipeHash: string;
  readonly provenance: 'reported';
  readonly target: Target;
  readonly seed: null;
  readonly achieved: number;
  readonly flags: readonly string[];
  readonly metrics: readonly (Omit<RunMetric, 'n'> & { readonly n: null })[];
  readonly params: { readonly base: number | null; readonly left: number | null };
  readonly macs: Readonly<Record<'pure' | 'published', { readonly base: number | null; readonly left: number | null }>>;
  readonly latency: null;
  readonly machine: '';
  /** Rows of one table rank together. */
  readonly protocol: string;
  readonly ranksTogether: boolean;
  readonly splitHash: '';
  readonly seconds: null;
  readonly stepSeconds: number | null;
  readonly epochSeconds: number | null;
  readonly finishedAt: null;
  readonly source: Source;
  readonly note: string | null;
}

const scaled = (value: number | null | undefined, by: number): number | null =>
  value === null || value === undefined ? null : Math.round(value * by);

const recipeOf = ({ recipe }: Line): ReportedRow['recipe'] =>
  recipe === null
    ? {}
    : {
        criterion: recipe.criterion,
        regularizer: recipe.regularizer ?? null,
        procedure: null,
        scope: recipe.scope ?? 'global',
      };

const noteOf = (table: Table, line: Line, { printed }: Cell): string | null => {
  const sentences = [
    ...(line.quoted ? ['Quoted there from its own paper; the speed-up is against this board’s network.'] : []),
    ...(line.note ? [line.note] : []),
    ...(table.note ? [table.note] : []),
    ...(printed?.params ? [`Printed with ${printed.params}, which contradict each other.`] : []),
    ...(printed?.delta ? [`Printed with a change of ${printed.delta}, which its own numbers contradict.`] : []),
    ...(printed?.rank ? [`Printed with rank ${printed.rank}, which its own numbers contradict.`] : []),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
};

const achievedOf = (table: Table, cell: Cell, target: Target): number => {
  if (cell.achieved !== undefined) return cell.achieved;
  return cell.macsG !== undefined && table.macsG !== null ? table.macsG / cell.macsG : target.value;
};

const rowOf = (sheet: Sheet, table: Table, line: Line, cell: Cell, key: string): ReportedRow => {
  const target = parseTarget(cell.target);
  const base = line.base === undefined && !line.quoted ? table.base : (line.base ?? null);
  const metric = (phase: 'base' | 'finetuned', value: number) => ({ id: table.metric, phase, value, n: null });
  return {
    run: key,
    board: table.board,
    submission: null,
    label: line.label,
    division: 'closed',
    recipe: recipeOf(line),
    recipeHash: createHash('sha256').update(key).digest('hex'),
    provenance: 'reported',
    target,
    seed: null,
    achieved: achievedOf(table, cell, target),
    flags: [],
    metrics: [metric('finetuned', cell.value), ...(base === null ? [] : [metric('base', base)])],
    params: { base: table.params, left: scaled(cell.paramsM, 1e6) },
    macs: {
      pure: { base: null, left: null },
      published: { base: scaled(table.macsG, 1e9), left: scaled(cell.macsG, 1e9) },
    },
    latency: null,
    machine: '',
    protocol: `${sheet.id}/${table.title}`,
    ranksTogether: table.ranksApart !== true,
    splitHash: '',
    seconds: null,
    stepSeconds: line.stepSeconds ?? null,
    epochSeconds: line.epochSeconds ?? null,
    finishedAt: null,
    source: { title: sheet.title, url: sheet.url, table: table.title, year: sheet.year },
    note: noteOf(table, line, cell),
  };
};

export const rowsOf = (sheet: Sheet): ReportedRow[] =>
  sheet.tables.flatMap((table) =>
    table.rows.flatMap((line, i) =>
      line.cells.map((cell) =>
        rowOf(sheet, table, line, cell, [sheet.id, table.board, table.title, i, line.label, cell.target].join('/')),
      ),
    ),
  );
