/** The typed client of the REST API: types generated from its OpenAPI document, calls by openapi-fetch, event streams. */
import type { components } from './generated/api.js';

export { type BytesRequest, type Connection, sendBytes } from './bytes.js';
export { type Api, answer, type ConnectOptions, connect } from './connect.js';
export { type EventOptions, events, type RunEventRecord } from './events.js';
export type { components, paths } from './generated/api.js';
export { ApiProblem, type Problem, problemOf, Unreachable } from './problem.js';
export { type FileToSend, type SendOptions, sendFile } from './send-file.js';

type Schemas = components['schemas'];
export type Board = Schemas['Board'];
export type CreateSubmission = Schemas['CreateSubmissionInput'];
export type HeldRun = Schemas['HeldRun'];
export type Leaderboard = Schemas['Leaderboard'];
export type Row = Schemas['Row'];
export type Run = Schemas['Run'];
export type Status = Schemas['Status'];
export type Submission = Schemas['Submission'];
export type SubmissionItem = Schemas['SubmissionItem'];
export type Verdict = Schemas['Verdict'];
