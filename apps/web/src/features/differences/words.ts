/** The catalogue of this feature alone: it is asked for when somebody opens the fold. */
import { translator } from '../../lib/i18n.js';
import { differences } from '../../messages/en/differences.js';

export const t = translator(differences);
