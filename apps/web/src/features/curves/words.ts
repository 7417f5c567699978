/** The catalogue of this feature, joined with the words that all share. */
import { translator } from '../../lib/i18n.js';
import { curves } from '../../messages/en/curves.js';
import { en } from '../../messages/en.js';

export const t = translator({ ...en, ...curves });
