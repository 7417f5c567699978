/** The catalogue of this feature, joined with the words that all share. */
import { translator } from '../../lib/i18n.js';
import { account } from '../../messages/en/account.js';
import { admin } from '../../messages/en/admin.js';
import { en } from '../../messages/en.js';

export const t = translator({ ...en, ...account, ...admin });
