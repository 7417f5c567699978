/** Mail to people: links to set a new password, and invites, through the SMTP server that the environment names. */
import { createTransport } from 'nodemailer';

export interface MailSettings {
  /** `smtps://user:password@host:465`, `smtp://host:587`; a query sets more, such as `?requireTLS=true`. */
  readonly url: string;
  /** An address, also as `Name <address>`. */
  readonly from: string;
  /** Where people reach this server. */
  readonly site: string;
}

export interface Mailer {
  /** Returns at once: the time it takes would tell whether somebody has an account. False: one was sent just now. */
  sendReset(email: string, url: string): boolean;
  /** To the address that an account had. */
  sendMoved(email: string): void;
  /** A link that shows whose address it is. */
  sendProof(email: string, url: string): void;
  /** Whether the mail server took it; so with an invite. */
  sendEnd(
    email: string,
    end: { readonly board: string; readonly state: string; readonly url: string },
  ): Promise<boolean>;
  sendInvite(email: string, url: string, expiresAt: string): Promise<boolean>;
}

/** Nobody shall fill another person's mailbox: one link to an address in this time. */
const RESET_EVERY_MS = 120_000;
const PATIENCE_MS = 15_000;

interface Message {
  readonly subject: string;
  readonly text: string;
}

/** Names are left out of all texts: whoever signs up chooses theirs, also with somebody else's address. */
const resetMessage = (site: string, url: string): Message => ({
  subject: 'Set a new password for Topiary',
  text: [
    `Somebody, probably you, asked for a new password at ${site}. Within an hour, set it here:`,
    url,
    'If it was not you, do nothing: without this link the password stays as it is.',
  ].join('\n\n'),
});

const movedMessage = (site: string): Message => ({
  subject: 'Your address at Topiary was changed',
  text: [
    `The account at ${site} that had this e-mail address has another one now.`,
    'If that was not you, tell an admin of the server.',
  ].join('\n\n'),
});

const proofMessage = (site: string, url: string): Message => ({
  subject: 'Mails from Topiary',
  text: [
    `Somebody, probably you, asked ${site} to write to this address when a submission ends. Say yes here:`,
    url,
    'If it was not you, do nothing: no further mail comes.',
  ].join('\n\n'),
});

const endMessage = (site: string, { board, state, url }: Parameters<Mailer['sendEnd']>[1]): Message => ({
  subject: `Your submission is ${state}`,
  text: [`Your submission on ${board} is ${state}:`, url, `To be told no more: ${site}/account`].join('\n\n'),
});

const inviteMessage = (site: string, url: string, expiresAt: string): Message => ({
  subject: 'An invite to Topiary',
  text: [
    `You are invited to ${site}, an open benchmark for smaller and faster neural networks. Make your account here:`,
    url,
    `The link works once, until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC.`,
  ].join('\n\n'),
});

/** `onFailure` is told what was not sent, never to whom. */
export const openMailer = (
  { url, from, site }: MailSettings,
  onFailure: (error: unknown, what: string) => void,
): Mailer => {
  const transport = createTransport({
    url,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const send = async (address: string, message: Message): Promise<boolean> => {
    try {
      // Given as an address, it is never read as a list of several.
      await transport.sendMail({ from, to: { name: '', address }, ...message });
      return true;
    } catch (error) {
      onFailure(error, message.subject);
      return false;
    }
  };
  const lately = new Map<string, number>();
  const wasLately = (email: string): boolean => {
    const now = Date.now();
    for (const [address, at] of lately) if (now - at > RESET_EVERY_MS) lately.delete(address);
    if (lately.has(email)) return true;
    lately.set(email, now);
    return false;
  };
  return {
    sendReset: (email, link) => {
      if (wasLately(email)) return false;
      void send(email, resetMessage(site, link));
      return true;
    },
    sendMoved: (email) => void send(email, movedMessage(site)),
    sendProof: (email, link) => {
      if (!wasLately(email)) void send(email, proofMessage(site, link));
    },
    sendEnd: (email, end) => send(email, endMessage(site, end)),
    sendInvite: (email, link, expiresAt) => send(email, inviteMessage(site, link, expiresAt)),
  };
};
