/** The catalogue of notices, joined with the words that all share. */
import { translator } from '../../lib/i18n.js';
import { notices } from '../../messages/en/notices.js';
import { en } from '../../messages/en.js';

export const t = translator({ ...en, ...notices });
