/** Examples of requests and answers, by operation. The linter holds each against its schema. */

const BOARD = 'classification.resnet-tiny.shapes32';
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const ID = '0198c2de-6f0e-7b51-9c3a-0d6a52d1a7f4';
const AT = '2026-05-04T09:12:33.120Z';
const ADDRESS = 'ada@example.org';
const REASON = 'The fine-tuning split holds test pictures.';

const byline = { id: ID, name: 'Ada' };
const page = (item: unknown) => ({ items: [item], nextCursor: null });

const run = {
  id: ID,
  submission: ID,
  board: BOARD,
  state: 'queued',
  target: { axis: 'macs', value: 2, label: '2x' },
  seed: 0,
  attempt: 1,
  stages: [{ id: 'prepare', title: 'Prepare', state: 'waiting', seconds: null, progress: null }],
  problem: null,
  result: null,
  createdAt: AT,
  startedAt: null,
  finishedAt: null,
};

const summary = {
  id: ID,
  kind: 'recipe',
  board: BOARD,
  title: '',
  label: 'magnitude-l2 · global',
  recipe: { criterion: 'magnitude-l2', scope: 'global' },
  targets: [{ axis: 'macs', value: 2, label: '2x' }],
  seeds: [0],
  state: 'queued',
  progress: 0,
  submitter: byline,
  withdrawn: false,
  withdrawnReason: null,
  private: false,
  publishedAt: null,
  openDisputes: 0,
  createdAt: AT,
  finishedAt: null,
  runCounts: { queued: 1, running: 0, done: 0, failed: 0, cancelled: 0 },
  outcomes: [],
};
const submission = {
  ...summary,
  tries: { all: 3, unpublished: 1 },
  queue: { position: 1, estimatedStart: AT },
  runs: [run],
};

const upload = {
  id: ID,
  name: 'pruned-2x.onnx',
  bytes: 9_437_184,
  sha256: SHA256,
  offset: 4_194_304,
  complete: false,
  expiresAt: AT,
};
const dispute = { id: ID, submission: ID, raisedBy: byline, text: REASON, at: AT, answer: null };
const account = {
  id: ID,
  name: 'Ada',
  email: ADDRESS,
  role: 'user',
  createdAt: AT,
  disabledAt: null,
  erasedAt: null,
};
const session = { user: { id: ID, name: 'Ada', role: 'user', scopes: ['read', 'submit'] } };
const key = {
  id: ID,
  name: 'laptop',
  prefix: 'tp_4f2a',
  scopes: ['read', 'submit'],
  createdAt: AT,
  lastUsedAt: null,
  expiresAt: null,
  revokedAt: null,
};
const webhook = { id: ID, url: 'https://hooks.example.org/topiary', createdAt: AT };
const delivery = {
  id: ID,
  event: 'submission.done',
  submission: ID,
  state: 'delivered',
  attempts: 1,
  status: 204,
  error: null,
  createdAt: AT,
  nextAt: null,
};
const verdict = {
  ok: true,
  checks: [{ id: 'format', title: 'Format', state: 'passed', detail: 'ONNX, opset 17' }],
  faults: [],
  facts: {
    bytes: 2_150_000,
    nodes: 58,
    opset: 17,
    params: 537_530,
    macs: { pure: 4_900_000, published: 5_000_000 },
    work: { joins: 24_000, elementwise: 190_000, movedBytes: 3_100_000 },
    peakActivationBytes: 524_288,
  },
  speedup: { pure: 2.01, published: 2.02 },
};
const held = {
  run: ID,
  submission: ID,
  board: BOARD,
  label: 'magnitude-l2 · global',
  submitter: byline,
  target: '2x',
  seed: 0,
  reason: 'Half the multiply-accumulates took a twentieth of the time.',
  since: AT,
  decision: null,
  answer: null,
};
const allowance = { limit: 200, used: 3, remaining: 197 };

export interface Example {
  readonly request?: unknown;
  readonly answer?: unknown;
}

export const EXAMPLES: Readonly<Record<string, Example>> = {
  createSubmission: {
    request: {
      kind: 'recipe',
      board: BOARD,
      recipe: { criterion: 'magnitude-l2', scope: 'global' },
      targets: ['2x', '4x'],
      seeds: [0, 1, 2],
    },
    answer: submission,
  },
  listSubmissions: { answer: page(summary) },
  getSubmission: { answer: submission },
  cancelSubmission: { answer: submission },
  rerunSubmission: { answer: submission },
  publishSubmission: { answer: { ...submission, publishedAt: AT } },
  withdrawSubmission: { answer: submission },
  withdrawWithReason: { request: { reason: REASON }, answer: submission },
  deleteSubmissionFiles: { answer: submission },
  getRun: { answer: run },
  getQuota: { answer: { perDay: allowance, atOnce: allowance, computeSeconds: allowance, storedBytes: allowance } },
  searchRows: {
    answer: page({
      board: BOARD,
      boardTitle: 'ResNet-tiny on shapes32',
      row: 'b1946ac9',
      label: 'magnitude-l2 · global',
      target: '2x',
      provenance: 'measured',
      outcome: 'Top-1 accuracy 86.33 %',
    }),
  },
  recommendRows: {
    answer: { board: BOARD, axis: 'latency', machine: null, of: 0, choices: [], unknown: [], beyond: 0 },
  },
  createSeeds: { request: { rows: ['b1946ac9-2x', '3f1c6d0a-2x'] }, answer: { submissions: [], left: [] } },
  listDifferences: {
    answer: page({
      id: 'last-epoch',
      from: 'PruningBench',
      what: 'The best epoch on the test set is reported. Here it is the network after the last step.',
      why: 'A choice by the test set is a measurement of its own luck.',
      methods: [],
    }),
  },
  compareRows: { answer: { rows: [], missing: ['none'], pairs: [] } },
  createUpload: { request: { bytes: 9_437_184, sha256: SHA256, name: 'pruned-2x.onnx' }, answer: upload },
  getUpload: { answer: upload },
  appendUpload: { answer: { ...upload, offset: 9_437_184, complete: true } },
  uploadArtefact: { answer: { sha256: SHA256, bytes: 9_437_184 } },
  createCheck: { request: { board: BOARD, file: SHA256 }, answer: verdict },
  checkUpload: { request: { board: BOARD, kind: 'network', file: SHA256 }, answer: verdict },
  checkFile: { answer: verdict },
  getCheckQueue: { answer: { running: 1, waiting: 2, yours: 1 } },
  importModel: { answer: submission },
  listHeldRuns: { answer: page(held) },
  decideHeldRun: {
    request: { decision: 'released', text: 'Measured again: the time is right.' },
    answer: { ...held, decision: 'released', answer: 'Measured again: the time is right.' },
  },
  listDisputes: { answer: page(dispute) },
  raiseDispute: { request: { text: REASON }, answer: dispute },
  answerDispute: {
    request: { outcome: 'rejected', text: 'The split was compared: it holds none.' },
    answer: {
      ...dispute,
      answer: { outcome: 'rejected', text: 'The split was compared: it holds none.', by: byline, at: AT },
    },
  },
  getPerson: { answer: { id: ID, name: 'Ada', since: AT, submissions: { total: 4, withdrawn: 0 } } },
  getSession: { answer: session },
  signIn: { request: { email: ADDRESS, password: 'correct horse battery' }, answer: session },
  signOut: { answer: { user: null } },
  getSignInWays: { answer: { signUp: 'open', providers: [], passwordMinLength: 10, resetByMail: false } },
  signInWithProvider: { request: { provider: 'github' }, answer: { url: 'https://github.com/login/oauth/authorize' } },
  signUp: { request: { name: 'Ada', email: ADDRESS, password: 'correct horse battery' }, answer: session },
  getAccount: { answer: { ...account, credentials: ['credential'] } },
  changeAccount: { request: { name: 'Ada L.' }, answer: { ...account, name: 'Ada L.', credentials: ['credential'] } },
  changePassword: {
    request: { current: 'correct horse battery', password: 'staple horse battery' },
    answer: { done: true },
  },
  deleteAccount: { answer: { done: true } },
  requestPasswordReset: { request: { email: ADDRESS }, answer: { done: true } },
  resetPassword: { request: { token: 'Vx1…', password: 'staple horse battery' }, answer: { done: true } },
  listWebhooks: { answer: page(webhook) },
  createWebhook: { request: { url: webhook.url }, answer: { ...webhook, secret: 'whsec_9J3tA0…' } },
  listDeliveries: { answer: page(delivery) },
  tryWebhook: { answer: page({ ...delivery, event: 'trial', submission: null }) },
  getNotices: { answer: { mailAtEnd: false, mails: true, proofSent: false } },
  changeNotices: { request: { mailAtEnd: true }, answer: { mailAtEnd: false, mails: true, proofSent: true } },
  listKeys: { answer: page(key) },
  createKey: {
    request: { name: 'laptop', scopes: ['read', 'submit'], expiresInDays: 365 },
    answer: { ...key, key: 'tp_4f2a…' },
  },
  revokeKey: { answer: page({ ...key, revokedAt: AT }) },
  listAccounts: { answer: page(account) },
  setBoardSettings: { request: { note: 'For the course of spring: open until 1 May', targets: ['2x'] } },
  applyBoardSettings: {
    request: {
      yaml: 'boards:\n  classification.resnet-tiny.shapes32:\n    note: For the course of spring\n',
      check: true,
    },
  },
  changeRole: { request: { role: 'organiser' }, answer: { ...account, role: 'organiser' } },
  createResetLink: {
    request: { email: ADDRESS },
    answer: { url: 'https://topiary.test/reset-password?token=Vx1', expiresAt: AT },
  },
  createInvite: { request: { email: ADDRESS, role: 'user', expiresInDays: 14 } },
  checkAudit: { answer: { events: 812, head: SHA256, broken: null } },
};
