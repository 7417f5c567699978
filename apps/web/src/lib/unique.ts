/** A random id. `crypto.randomUUID` exists only on https and on the own machine; this works on any address. */
export const uniqueId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
