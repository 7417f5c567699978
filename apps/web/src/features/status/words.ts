/** The catalogue of this feature, joined with the words that all share. */
import { counter, translator } from '../../lib/i18n.js';
import { status } from '../../messages/en/status.js';
import { en } from '../../messages/en.js';

const messages = { ...en, ...status };

export const t = translator(messages);
export const tn = counter(messages);
