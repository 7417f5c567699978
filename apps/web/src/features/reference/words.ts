/** The catalogue of this feature. */
import { translator } from '../../lib/i18n.js';
import { reference } from '../../messages/en/reference.js';

export const t = translator(reference);
