/** What the worker and the child that computes say to each other. The child sees no database and no queue. */
import type { BoardDescription, ImportedBoard, Problem, Result, RunEvent, Stage } from '@topiary/contracts';
import type { Admission, ClaimedRun } from '@topiary/db';

/** Everything that a run needs, resolved: the child only reads files and computes. */
export interface Job {
  readonly run: ClaimedRun;
  readonly board: BoardDescription;
  /** Of an import: the board that it opens, as far as it is known before the network was looked at. */
  readonly opens: ImportedBoard | null;
  /** The base model; of an import, the uploaded file. */
  readonly model: {
    /** Of an ONNX file, or of a pipeline's manifest. */
    readonly sha256: string;
    /** What its task wants to know of it; the task checks them. */
    readonly settings: Readonly<Record<string, unknown>>;
    /** Of the base model, measured on the test split with this hash; empty for an import. */
    readonly metrics: readonly { readonly id: string; readonly value: number; readonly n: number }[];
    readonly splitHash: string | null;
  };
  readonly home: string;
  readonly dataDir: string;
  readonly storageUrl: string;
  readonly provider: 'auto' | 'cpu' | 'cuda';
  readonly threads: number;
  readonly testSecret: string | null;
  readonly measureLatency: boolean;
  /** What one pass of the base model usually takes on machines of this kind, in ms; null: too little is known. */
  readonly usualMs: number | null;
  /** Whether uploads may run where the system does not let us shut them in. */
  readonly sandbox: 'require' | 'best-effort';
  readonly codeVersion: string;
}

export type StageEvent = Extract<RunEvent, { type: 'stage' }>;

export type FromChild =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'stages'; readonly stages: Stage[]; readonly progress: number; readonly event: StageEvent }
  | { readonly type: 'result'; readonly result: Result; readonly admission?: Admission }
  | { readonly type: 'problem'; readonly problem: Problem };
