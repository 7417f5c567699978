/** The catalogue of this feature, joined with the words that all share. */
import { counter, translator } from '../../lib/i18n.js';
import { recommend } from '../../messages/en/recommend.js';
import { en } from '../../messages/en.js';

export const t = translator({ ...en, ...recommend });
export const tn = counter(recommend);
