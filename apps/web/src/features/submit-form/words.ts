/** The catalogue of this feature, joined with the words that all share. */
import { counter, translator } from '../../lib/i18n.js';
import { submit } from '../../messages/en/submit.js';
import { en } from '../../messages/en.js';

const messages = { ...en, ...submit };

export const t = translator(messages);
export const tn = counter(messages);
