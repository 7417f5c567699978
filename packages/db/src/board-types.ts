/** What the repositories of boards, base models and artefacts take and give. */
import type { ArtefactRef, Byline, ImportedBoard, Result, Target } from '@topiary/contracts';

export interface NewBaseModel {
  readonly board: string;
  readonly sha256: string;
  readonly bytes: number;
  /** What its task wants to know of it: mean and standard deviation, tokenizer, sampler. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly metrics: readonly { readonly id: string; readonly value: number; readonly n: number }[];
  readonly params: number;
  readonly macs: { readonly pure: number; readonly published: number };
  readonly splitHash: string;
  readonly provenance: 'measured' | 'shipped';
}

export interface BaseModel extends NewBaseModel {
  readonly id: string;
  readonly run: string | null;
  readonly active: boolean;
  readonly createdAt: string;
}

/** One finished, measured run, with what a leaderboard row is made of (no widths, no artefacts). */
export interface LeaderboardSource {
  readonly run: string;
  readonly submission: string;
  readonly submitter: Byline | null;
  /** Against the submission, not answered yet. */
  readonly openDisputes: number;
  readonly label: string;
  readonly division: 'closed' | 'open';
  readonly recipe: Record<string, unknown>;
  readonly recipeHash: string;
  readonly provenance: 'measured';
  readonly target: Target;
  readonly seed: number;
  readonly achieved: number;
  readonly counter: Result['counter'];
  readonly flags: string[];
  readonly metrics: Result['metrics'];
  readonly params: Result['params'];
  readonly macs: Result['macs'];
  /** Absent in runs of version 1. */
  readonly costs?: NonNullable<Result['costs']>;
  readonly axes?: readonly string[];
  readonly latency: Result['latency'];
  readonly machine: string;
  readonly protocol: string;
  readonly splitHash: string;
  readonly seconds: number;
  readonly stepSeconds: number | null;
  readonly epochSeconds: number | null;
  /** Of the correctness bits in the storage. */
  readonly correctSha256: string | null;
  /** Of the answers that are no bits. */
  readonly answersSha256: string | null;
  readonly finishedAt: string;
}

export interface BoardActivity {
  readonly board: string;
  readonly lastActivity: string | null;
  /** Changes whenever a leaderboard row may: the stuff of an ETag. */
  readonly version: string;
}

/** A run of a leaderboard, with a text that changes whenever what is read of it would. */
export interface SourceStamp {
  readonly run: string;
  readonly stamp: string;
}

export interface Boards {
  /** Finished runs of a board, not withdrawn, oldest first; or those of them that are named. */
  rows(board: string, only?: readonly string[]): Promise<LeaderboardSource[]>;
  /** Those that the board showed at a moment that is past. */
  rowsAsOf(board: string, asOf: Date): Promise<LeaderboardSource[]>;
  /** The same runs in the same order, told from what they were before without reading them. */
  stamps(board: string): Promise<SourceStamp[]>;
  activity(board?: string): Promise<BoardActivity[]>;
  /** Grows with every transaction that may change the board's leaderboard; cheap to ask. */
  version(board: string): Promise<string>;
  /** Boards that imports opened, oldest first; withdrawing the import takes its board away. */
  imported(): Promise<ImportedBoard[]>;
}

/** What an import leaves behind: a base model, and the board that it opened (null: one of a track). */
export interface Admission {
  readonly baseModel: NewBaseModel;
  readonly board: ImportedBoard | null;
}

export interface BaseModels {
  active(board: string): Promise<BaseModel | null>;
  allActive(): Promise<BaseModel[]>;
  list(board: string): Promise<BaseModel[]>;
  /** Makes it the board's base model; the same file again changes nothing. Used for shipped models. */
  activate(model: NewBaseModel): Promise<BaseModel>;
}

export interface ArtefactRecord {
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
  /** Belongs to a run that is not withdrawn, as something else than `correct` (private correctness bits). */
  readonly isPublic: boolean;
  /** Not public, but of a private submission of the person who asks. */
  readonly isOwn: boolean;
}

export interface Artefacts {
  get(sha256: string, person?: string): Promise<ArtefactRecord>;
  /** The same hash again changes nothing but that `owner` has sent it, too, and that it may wait anew. */
  add(
    artefact: { readonly sha256: string; readonly bytes: number; readonly mediaType: string },
    owner?: string,
  ): Promise<void>;
  /** Deletes what nothing refers to, the file by `remove`; returns the number. What fails stays for the next time. */
  collect(remove: (sha256: string) => Promise<unknown>, limit?: number): Promise<number>;
  /** Those of the hashes that have no row. */
  unknown(hashes: readonly string[]): Promise<string[]>;
  ofRun(run: string): Promise<ArtefactRef[]>;
}

export interface NewUpload {
  readonly id: string;
  readonly owner: string;
  /** What the person called the file; shown, never used as a path. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface UploadRecord extends NewUpload {
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly complete: boolean;
}

export interface ShownFile {
  readonly sha256: string;
  readonly person: string;
}

export interface Uploads {
  /** TOPIARY_API_QUOTA where the owner would have more bytes than that stored and announced. */
  create(upload: NewUpload, mostBytes?: number): Promise<UploadRecord>;
  /** Bytes that a person has stored: what they sent, submitted, and what their runs left; and what is on its way. */
  storedBytes(owner: string): Promise<number>;
  /** The newest upload of the same file by the same person that still waits for bytes. */
  unfinished(upload: Omit<NewUpload, 'id' | 'name'>): Promise<UploadRecord | null>;
  /** TOPIARY_DB_NOT_FOUND when there is none, or it has expired. */
  get(id: string): Promise<UploadRecord>;
  complete(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** This person has sent every byte of the file. */
  show(file: ShownFile): Promise<void>;
  hasShown(file: ShownFile): Promise<boolean>;
  /** Who sent the file first, and when; null for a file that nobody sent. */
  firstToShow(sha256: string): Promise<{ readonly person: string; readonly at: string } | null>;
  /** Deletes what has expired; returns the ids, so that their drafts can follow. */
  takeExpired(): Promise<string[]>;
}
