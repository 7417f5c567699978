/** `name=value` on a command line. */
import { UsageError } from './exit.js';

/** `0.1`, `true` and `null` are what they look like in JSON; everything else is text. */
const jsonOrText = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? text : value;
  } catch {
    return text;
  }
};

export const assignments = (option: string, texts: readonly string[] = []): Record<string, unknown> =>
  Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined) throw new UsageError(`--${option} takes name=value, not '${text}'`);
      return [name, jsonOrText(value!)];
    }),
  );
