/** Tells what is due: to webhooks with retries, to people by mail. */
import type { Submission, WebhookEvent } from '@topiary/contracts';
import type { Database, DueNotice, Told } from '@topiary/db';
import type { Mailer } from '../mail.js';
import { post } from './post.js';
import { NotPublic } from './public-address.js';
import { signatureHeaders } from './signature.js';

const AT_ONCE = 20;
/** After each try that failed; after the last one nothing more is tried. */
const AGAIN_SECONDS = [60, 300, 1800, 7200, 36_000];
const MOST_ERROR = 300;

export interface Teller {
  readonly db: Pick<Database, 'notices' | 'submissions'>;
  readonly mailer: Mailer | null;
  /** Where people reach this server. */
  readonly site: string;
  /** Webhooks may go to private addresses. */
  readonly anywhere: boolean;
}

const addressOf = ({ site }: Teller, id: string): string => `${site}/submissions/${id}`;

const dataOf = (teller: Teller, submission: Submission): WebhookEvent['data'] => {
  const { id, kind, board, title, label, state, runCounts, outcomes, finishedAt } = submission;
  const url = addressOf(teller, id);
  return { submission: id, url, kind, board, title, label, state, runCounts, outcomes, finishedAt };
};

const TRIAL = { text: 'A trial: what comes when a submission ends looks like this.' };

const submissionOf = ({ db }: Teller, { submission }: DueNotice): Promise<Submission | null> =>
  submission === null ? Promise.resolve(null) : db.submissions.get(submission);

const toWebhook = async (teller: Teller, notice: DueNotice): Promise<Told> => {
  const { url, secret } = notice.webhook!;
  const again = AGAIN_SECONDS[notice.attempts - 1] ?? null;
  try {
    const submission = await submissionOf(teller, notice);
    const event: WebhookEvent = {
      type: notice.event,
      timestamp: new Date().toISOString(),
      data: submission ? dataOf(teller, submission) : TRIAL,
    };
    const body = JSON.stringify(event);
    const headers = signatureHeaders({ id: notice.id, timestamp: Math.floor(Date.now() / 1000), body }, secret);
    const status = await post({ url, headers, body, anywhere: teller.anywhere });
    if (status >= 200 && status < 300) return { status, error: null, againInSeconds: null };
    return { status, error: `the address answered ${status}`, againInSeconds: again };
  } catch (error) {
    const text = (error instanceof Error ? error.message : String(error)).slice(0, MOST_ERROR);
    // another try would not make it public
    return { status: null, error: text, againInSeconds: error instanceof NotPublic ? null : again };
  }
};

const byMail = async (teller: Teller, notice: DueNotice): Promise<Told> => {
  const { mailer } = teller;
  const submission = await submissionOf(teller, notice);
  if (mailer === null || submission === null) return { status: null, error: 'no mail server', againInSeconds: null };
  const { id, board, state } = submission;
  const sent = await mailer.sendEnd(notice.email, { board, state, url: addressOf(teller, id) });
  if (sent) return { status: null, error: null, againInSeconds: null };
  return {
    status: null,
    error: 'the mail server did not take it',
    againInSeconds: AGAIN_SECONDS[notice.attempts - 1] ?? null,
  };
};

/** Returns how many were told, or tried to. */
export const tellDue = async (teller: Teller): Promise<number> => {
  const due = await teller.db.notices.take(AT_ONCE);
  await Promise.all(
    due.map(async (notice) => {
      const told = await (notice.webhook ? toWebhook : byMail)(teller, notice);
      await teller.db.notices.told(notice.id, told);
    }),
  );
  return due.length;
};
