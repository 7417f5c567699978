/**
 * What other people wrote must not steer a terminal: control characters and escape codes, marks that turn the direction
 * of writing, invisible characters and halves of characters are shown by their numbers. The notation is JSON's, so a
 * JSON document means the same afterwards.
 */

/**
 * Everything without a picture of its own. Tabs and ends of lines stay, those of a CSV, too, and so do the joiners of
 * Arabic, Indic scripts and emoji.
 */
const UNSAFE = /(?!\r\n|[\t\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const byNumber = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');

export const safeText = (text: string): string => text.replace(UNSAFE, byNumber);

/** For a cell or a sentence: whoever writes a line's end into a title cannot forge the next line. */
export const oneLine = (text: string): string =>
  safeText(text.replaceAll('\r\n', '\n')).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
