/** The catalogue of the first screen and of the list of boards, joined with the words that all share. */
import { counter, translator } from '../../lib/i18n.js';
import { home } from '../../messages/en/home.js';
import { en } from '../../messages/en.js';

const messages = { ...en, ...home };

export const t = translator(messages);
export const tn = counter(messages);
