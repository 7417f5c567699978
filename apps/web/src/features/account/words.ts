/** The catalogue of this feature, joined with the words that all share. */
import { counter, translator } from '../../lib/i18n.js';
import { account } from '../../messages/en/account.js';
import { home } from '../../messages/en/home.js';
import { submission } from '../../messages/en/submission.js';
import { en } from '../../messages/en.js';

const messages = { ...en, ...home, ...submission, ...account };

export const t = translator(messages);
export const tn = counter(messages);
