/** The words of rows and comparisons, loaded with their pages alone. */
import { counter, translator } from '../../lib/i18n.js';
import { compare } from '../../messages/en/compare.js';

export const t = translator(compare);
export const tn = counter(compare);
