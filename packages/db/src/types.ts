/** What the repositories of submissions, runs and jobs take and give, and the database as a whole. */
import type {
  FailedRun,
  Problem,
  QueueState,
  Result,
  Run,
  RunEvent,
  RunJob,
  Stage,
  State,
  Submission,
  SubmissionItem,
  SubmissionKind,
  Target,
  Tries,
} from '@topiary/contracts';
import type { Settings } from './access-types.js';
import type { Accounts, Actor, Audit, Disputes, Held, Invites, Keys, Logins } from './account-types.js';
import type { Admission, Artefacts, BaseModels, Boards, Uploads } from './board-types.js';
import type { Events, Listener, Notices } from './event-types.js';
import type { NoticesKept } from './notice-types.js';

/** A page of a list in keyset order; `nextCursor` is null on the last one. */
export interface PageOf<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

export interface NewSubmission {
  readonly kind: SubmissionKind;
  readonly board: string;
  readonly title: string;
  readonly label: string;
  readonly division: 'closed' | 'open';
  /** The validated recipe with its defaults filled in; of an import `{ model, mean, std, … }`. */
  readonly recipe: Record<string, unknown>;
  readonly recipeHash: string;
  /** Empty for an import: it gets one run without a target per seed. */
  readonly targets: readonly Target[];
  readonly seeds: readonly number[];
  /** Stages that every run begins with, all waiting. */
  readonly stages: readonly { readonly id: string; readonly title: string }[];
  readonly capability: RunJob['capability'];
  /** The account; null = the server itself. */
  readonly createdBy: string | null;
  /** Of all runs together, by the board's estimate. */
  readonly estimatedSeconds?: number;
  /** Seen by its owner and organisers alone, until it is published. */
  readonly isPrivate?: boolean;
  /** Uploaded files that it is made of. */
  readonly files?: readonly string[];
}

export interface Idempotency {
  /** Whose keys: two people may use the same key. */
  readonly scope: string;
  readonly key: string;
  /** sha256 of the request body. */
  readonly bodyHash: string;
}

/** How many runs a person may have; a count of rows, never a counter. */
export interface Quota {
  /** Scored within the last 24 hours, or not ended yet: what failed or was cancelled costs nothing. */
  readonly perDay: number;
  /** Queued or running. */
  readonly atOnce: number;
  /** Within the last 24 hours: what runs took, and what those are estimated at that have not ended. Absent: any. */
  readonly computeSeconds?: number;
}

export interface QuotaUse {
  readonly perDay: number;
  readonly atOnce: number;
  readonly computeSeconds: number;
}

/** Where a submission's runs stand in the order in which workers will take them. */
export interface Forecast {
  /** Of its first queued run, from 1; null when none is queued. */
  readonly position: number | null;
  /** Runs that will begin before it, and those that are running, by board; of a mixed line the shares of its boards. */
  readonly before: readonly {
    readonly board: string;
    readonly queued: number;
    readonly running: number;
    readonly progress: number;
  }[];
}

export interface Created {
  readonly submission: Submission;
  /** True when the key was seen before and nothing was written. */
  readonly replayed: boolean;
  /** Of the quota, with this submission; null where there is none or nothing was written. */
  readonly used: QuotaUse | null;
}

export interface SubmissionFilter {
  readonly board?: string;
  readonly state?: State;
  readonly createdBy?: string;
  readonly includeWithdrawn?: boolean;
  /** Whose private ones are listed beside the public: an account, or `all`; absent: nobody's. */
  readonly privateOf?: string;
  readonly limit: number;
  readonly cursor?: string;
  /** Runs are many and their results large; lists leave them out unless asked. */
  readonly runs?: boolean;
}

export interface Submissions {
  /**
   * Submission, runs and outbox rows in one transaction. Same idempotency key and same body: the submission of
   * the first time; another body: TOPIARY_API_CONFLICT. More runs than the quota allows: TOPIARY_API_QUOTA.
   */
  create(input: NewSubmission, idempotency?: Idempotency, quota?: Quota): Promise<Created>;
  /** Newest first. */
  list(filter: SubmissionFilter): Promise<PageOf<SubmissionItem>>;
  /** TOPIARY_DB_NOT_FOUND when there is none. */
  get(id: string): Promise<Submission>;
  /** What it asked for, ready to be asked once more with other seeds, targets or a title. */
  another(id: string): Promise<NewSubmission>;
  /** Cheap: for those who ask again and again. */
  state(id: string): Promise<State>;
  /** Gives up the files: what was uploaded for it and the networks that came out. Numbers and answers stay. */
  dropFiles(id: string, by?: Actor): Promise<Submission>;
  /** Who made it, for permission checks. */
  owner(id: string): Promise<string | null>;
  /** Queued runs end at once, running ones are asked to; ended ones stay. */
  cancel(id: string, by?: Actor): Promise<Submission>;
  /** Cancels what is left and takes the rows off the leaderboards; the record stays. */
  withdraw(id: string, reason?: string | null, by?: Actor): Promise<Submission>;
  /** Shows a private one to everybody; TOPIARY_API_CONFLICT where it is no private one. */
  publish(id: string, by?: Actor): Promise<Submission>;
  /** Who made it, and whether others may see it. */
  access(id: string): Promise<{ readonly owner: string | null; readonly isPrivate: boolean }>;
  /** How often its submitter has tried on its board up to it; null for what the server began. */
  tries(id: string): Promise<Tries | null>;
  /** Queues the failed and cancelled runs again; TOPIARY_API_CONFLICT when there is none. */
  rerun(id: string, quota?: Quota, by?: Actor): Promise<Submission>;
  /** What a person has used of the quotas. */
  quotaUse(createdBy: string): Promise<QuotaUse>;
  forecast(id: string): Promise<Forecast>;
  /** Number of submissions ever made, to know a fresh database. */
  count(): Promise<number>;
}

/** One attempt at a run; every write of a worker names it, and counts only while it is the current one. */
export interface AttemptRef {
  readonly run: string;
  readonly attempt: number;
}

export interface ClaimOptions {
  readonly worker: string;
  readonly leaseSeconds: number;
  /** What the worker's device has: a run that needs more is left to another. */
  readonly memoryBytes?: number;
}

export interface ClaimedRun extends AttemptRef {
  readonly submission: string;
  readonly kind: SubmissionKind;
  readonly board: string;
  readonly recipe: Record<string, unknown>;
  readonly recipeHash: string;
  readonly target: Target | null;
  readonly seed: number;
  readonly stages: Stage[];
  readonly capability: RunJob['capability'];
}

export interface NewEvent {
  /** From 1, rising within the attempt; written twice = once. */
  readonly sequence: number;
  /** `stage`, `curve` or `log`; `state` events are written by the repository itself. */
  readonly event: RunEvent;
}

export interface Consumption {
  /** 0 when none waits. */
  readonly waitingSeconds: number;
  /** Null: none was ever begun. */
  readonly idleSeconds: number | null;
  /** A run whose worker has given a sign of life. */
  readonly underway: boolean;
}

export interface Runs {
  get(id: string): Promise<Run>;
  /** Takes the attempt that a job names; null when it is gone (cancelled, taken, superseded). */
  claim(ref: AttemptRef, options: ClaimOptions): Promise<ClaimedRun | null>;
  /**
   * Takes the next queued run that this device can serve: first what was begun and lost. Then submitters take turns:
   * whoever has the fewest runs under way is next, of these whoever was served longest ago, and of one submitter's runs
   * the oldest.
   */
  claimNext(device: RunJob['capability']['device'], options: ClaimOptions): Promise<ClaimedRun | null>;
  /** Extends the lease; `held: false` = another attempt has taken over: stop. */
  heartbeat(ref: AttemptRef, leaseSeconds: number): Promise<{ held: boolean; cancelRequested: boolean }>;
  /** False = lease lost; so with every write below. */
  progress(ref: AttemptRef, update: { readonly stages: readonly Stage[]; readonly progress: number }): Promise<boolean>;
  appendEvents(ref: AttemptRef, events: readonly NewEvent[]): Promise<boolean>;
  /** Result, artefacts, state, what an import admits, and why the result is held, in one transaction. */
  finish(ref: AttemptRef, result: Result, admission?: Admission, held?: string | null): Promise<boolean>;
  /** Ends the run for good: the fault is the caller's or cannot be mended by trying again. */
  fail(ref: AttemptRef, problem: Problem): Promise<boolean>;
  /** The computing process died: queued again, after the third crash failed with the problem given. */
  crashed(ref: AttemptRef, problem: Problem): Promise<'requeued' | 'failed' | 'cancelled' | 'lost'>;
  /** A worker that shuts down gives its run back; not counted as a crash. */
  release(ref: AttemptRef): Promise<boolean>;
  /** Answers a cancel request. */
  cancelled(ref: AttemptRef): Promise<boolean>;
  /** Expired leases: cancelled when asked for, else queued again or failed (TOPIARY_WORKER_CRASHED). */
  reconcile(): Promise<{ requeued: number; failed: number; cancelled: number }>;
  /** Seconds that the longest waiting queued run has waited; 0 when none waits. */
  longestWait(): Promise<number>;
  /** Does the queue move? Seconds that the oldest run waits, that no run was begun; and whether one is under way. */
  consumption(): Promise<Consumption>;
  /** Classes of devices that runs wait for. */
  waitingDevices(): Promise<string[]>;
  /** Those that failed and were not started again, newest first. */
  failed(filter: { readonly limit: number; readonly cursor?: string }): Promise<PageOf<FailedRun>>;
  /** What is under way, and since when the oldest run waits. */
  underway(): Promise<Pick<QueueState, 'running' | 'oldestQueuedAt'>>;
  /** Seeds of somebody's runs at a target that wait or run, with the recipes that they are of. */
  underwaySeeds(of: {
    readonly board: string;
    readonly owner: string;
    readonly target: string;
  }): Promise<readonly { readonly recipeHash: string; readonly seed: number }[]>;
  /** Number of runs per state. */
  counts(): Promise<Record<State, number>>;
  /** Median seconds of the newest results of each board. */
  typicalSeconds(): Promise<ReadonlyMap<string, number>>;
  /** Number of runs that ended with a result since then. */
  finishedSince(date: Date): Promise<number>;
}

export interface Outbox {
  /**
   * Sends unsent rows and marks them, under an advisory lock: one relay at a time. What `send` throws is thrown
   * on, and the rows stay, all of them: job ids make sending twice harmless. Returns the number sent, null when
   * another relay holds the lock.
   */
  relay(send: (jobs: readonly RunJob[]) => Promise<void>, limit?: number): Promise<number | null>;
  /**
   * Marks rows as unsent whose run is still queued that long after sending, the oldest first and at most so many (100);
   * job ids make sending twice harmless.
   */
  resend(olderThanSeconds: number, limit?: number): Promise<number>;
  unsent(): Promise<number>;
  /** How many wait to be sent, and for how long the oldest has. */
  lag(): Promise<{ readonly unsent: number; readonly seconds: number }>;
}

declare const ONLY_OURS: unique symbol;

/** Means nothing outside this package. */
export interface AuthAccess {
  readonly [ONLY_OURS]: true;
}

export interface Database {
  readonly submissions: Submissions;
  readonly runs: Runs;
  readonly events: Events;
  readonly boards: Boards;
  readonly baseModels: BaseModels;
  readonly artefacts: Artefacts;
  readonly accounts: Accounts;
  readonly uploads: Uploads;
  readonly keys: Keys;
  readonly logins: Logins;
  readonly invites: Invites;
  readonly audit: Audit;
  readonly disputes: Disputes;
  readonly held: Held;
  /** For `authStore`, through which the auth library keeps passwords and sessions. */
  readonly auth: AuthAccess;
  readonly notices: NoticesKept;
  readonly outbox: Outbox;
  readonly settings: Settings;
  /** Calls back for what is committed; reconnects by itself. */
  listen(notices: Notices): Promise<Listener>;
  /** One round trip; TOPIARY_DB_UNAVAILABLE when it fails. */
  ping(): Promise<void>;
  /** Deletes what has passed its time: idempotency keys, sessions, login tokens, old sent outbox rows. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}
