/**
 * Writes a message of known size. protobufjs begins with a small buffer, doubles it whenever it is full and copies it once
 * more at the end; nearly all of a network's file are its weights, whose size is known before.
 */
import protobuf from 'protobufjs';

/** What protobufjs has and does not declare; without it the buffer grows as usual. */
interface Inner {
  readonly buf: Uint8Array;
  readonly pos: number;
  _reserve?(bytes: number): void;
  finish(shared?: boolean): Uint8Array;
}

/** Smaller messages are not worth it. */
const LEAST = 2 ** 20;
/** The share of a buffer that may stay empty behind the message. */
const SLACK = 0.1;

/** `bytes`: about how many the message will have, rather more than fewer. */
export const encodeRoomy = (type: protobuf.Type, message: object, bytes: number): Uint8Array => {
  if (bytes < LEAST) return type.encode(message).finish();
  const writer = protobuf.Writer.create();
  const inner = writer as unknown as Inner;
  inner._reserve?.(bytes);
  type.encode(message, writer);
  return inner.finish(inner.pos >= (1 - SLACK) * inner.buf.length);
};
