/**
 * FIXTURES: takes files as the API does and keeps their sizes alone. What the gate says of one is in its name: `bad` is
 * refused, `slow` is hardly smaller than the base network, `lost` breaks off once, everything else passes.
 */
import type { Upload, Verdict } from '@topiary/contracts';

interface Kept extends Upload {
  breaks: boolean;
  offset: number;
}

const uploads = new Map<string, Kept>();

const CHECKS = [
  'An ONNX file of a size that this server takes',
  'Well-formed, in one way only, within the limits',
  'Nothing outside the file, and one plain graph in it',
  'Standard operators from the list',
  'A graph that onnxruntime runs',
];
const FAULT = {
  code: 'TOPIARY_GATE_OPERATOR',
  title: 'The file has an operator that is not allowed',
  detail: 'The file has an operator that is not allowed: node 7; expected one of the list; got com.example:Magic',
  where: 'node 7',
  expected: 'one of the list',
  got: 'com.example:Magic',
};

const verdictOf = (name: string, kind: string): Verdict => {
  const ok = !name.includes('bad');
  const state = (i: number) =>
    ok || i < 3 ? ('passed' as const) : i === 3 ? ('failed' as const) : ('skipped' as const);
  const speedup = name.includes('slow') ? { pure: 1.1, published: 1.12 } : { pure: 8.4, published: 8.31 };
  return {
    ok,
    checks: CHECKS.map((title, i) => ({ id: `${i}`, title, state: state(i), detail: i === 0 ? '124 kB' : '' })),
    faults: ok ? [] : [FAULT],
    facts: null,
    speedup: ok && kind === 'network' ? speedup : null,
  };
};

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const announce = ({ bytes, sha256, name }: Pick<Upload, 'bytes' | 'sha256' | 'name'>): Answer => {
  const known = [...uploads.values()].find((upload) => upload.sha256 === sha256);
  const expiresAt = new Date(Date.now() + 24 * 3_600_000).toISOString();
  const id = `upload-${uploads.size}`;
  const upload = known ?? {
    id,
    name,
    bytes,
    sha256,
    offset: 0,
    complete: false,
    expiresAt,
    breaks: name.includes('lost'),
  };
  uploads.set(upload.id, upload);
  return { status: 201, body: upload };
};

/** A piece; null breaks the connection. */
const receive = (id: string, length: number): Answer | null => {
  const upload = uploads.get(id)!;
  const arrived = upload.breaks ? Math.ceil(length / 2) : length;
  upload.offset += arrived;
  upload.complete = upload.offset >= upload.bytes;
  if (!upload.breaks) return { status: 200, body: upload };
  upload.breaks = false;
  return null;
};

/** Undefined where the address is none of these. */
export const answerUploads = (path: string, method: string, body: Buffer): Answer | null | undefined => {
  const [, name, id] = path.split('/');
  if (name === 'uploads' && method === 'POST') return announce(JSON.parse(body.toString()));
  if (name === 'uploads' && method === 'PATCH') return receive(id!, body.length);
  if (name !== 'checks') return undefined;
  const { file, kind } = JSON.parse(body.toString());
  const upload = [...uploads.values()].find(({ sha256 }) => sha256 === file);
  return { status: 200, body: verdictOf(upload?.name ?? '', kind) };
};
