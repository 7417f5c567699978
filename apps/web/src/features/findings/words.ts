import { translator } from '../../lib/i18n.js';
import { findings } from '../../messages/en/findings.js';

export const t = translator(findings);
