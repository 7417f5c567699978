/** A mail server as small as RFC 5321 allows: takes what is sent to it, and keeps it for the test to read. */
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  /** Decoded. */
  readonly text: string;
  /** As it came: headers, an empty line, the body. */
  readonly source: string;
}

export interface SmtpServer {
  /** With the only user and password that it takes. */
  readonly url: string;
  readonly mails: readonly Mail[];
  /** From now on no recipient is known. */
  refuse(on: boolean): void;
  close(): Promise<void>;
}

const USER = 'mailer';
const PASSWORD = 'p@ss/word';

/** RFC 2045, 6.7. */
const quotedPrintable = (text: string): string =>
  Buffer.from(
    text
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

const mailOf = (from: string, to: readonly string[], source: string): Mail => {
  const [head, ...rest] = source.split('\r\n\r\n');
  const headers = new Map(
    head!
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = rest.join('\r\n\r\n').trimEnd();
  const encoded = headers.get('content-transfer-encoding') === 'quoted-printable';
  return { from, to, subject: headers.get('subject') ?? '', text: encoded ? quotedPrintable(body) : body, source };
};

interface Session {
  signedIn: boolean;
  from: string;
  to: string[];
  data: string | null;
}

export const smtpServer = async (): Promise<SmtpServer> => {
  const mails: Mail[] = [];
  let refusing = false;
  const addressIn = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? '';
  const credentials = Buffer.from(`\0${USER}\0${PASSWORD}`).toString('base64');

  const answer = (session: Session, line: string): string => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') return '250-test\r\n250 AUTH PLAIN';
    if (verb === 'AUTH') {
      session.signedIn = line === `AUTH PLAIN ${credentials}`;
      return session.signedIn ? '235 welcome' : '535 wrong password';
    }
    if (verb === 'QUIT') return '221 bye';
    if (!session.signedIn) return '530 sign in first';
    if (verb === 'MAIL') {
      Object.assign(session, { from: addressIn(line), to: [] });
      return '250 fine';
    }
    if (verb === 'RCPT') {
      if (refusing) return '550 nobody of that name';
      session.to.push(addressIn(line));
      return '250 fine';
    }
    if (verb !== 'DATA') return '502 not known here';
    session.data = '';
    return '354 go on';
  };

  const speak = (socket: Socket): void => {
    const session: Session = { signedIn: false, from: '', to: [], data: null };
    let rest = '';
    const take = (line: string): void => {
      if (session.data === null) return void socket.write(`${answer(session, line)}\r\n`);
      if (line !== '.') {
        session.data += `${line.startsWith('.') ? line.slice(1) : line}\r\n`;
        return;
      }
      mails.push(mailOf(session.from, session.to, session.data));
      session.data = null;
      socket.write('250 kept\r\n');
    };
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (text) => {
      const lines = `${rest}${text}`.split('\r\n');
      rest = lines.pop()!;
      for (const line of lines) take(line);
    });
    socket.write('220 test\r\n');
  };

  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    speak(socket);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`,
    mails,
    refuse: (on) => {
      refusing = on;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of open) socket.destroy();
      }),
  };
};
