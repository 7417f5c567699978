/** The catalogue of this feature, joined with the words that all share. */
import { translator } from '../../lib/i18n.js';
import { methods } from '../../messages/en/methods.js';
import { en } from '../../messages/en.js';

export const t = translator({ ...en, ...methods });
