/** The catalogue of this feature, joined with the words that all share. */
import { counter, translator } from '../../lib/i18n.js';
import { account } from '../../messages/en/account.js';
import { admin } from '../../messages/en/admin.js';
import { en } from '../../messages/en.js';

const all = { ...en, ...account, ...admin };

export const t = translator(all);
export const tn = counter(all);
