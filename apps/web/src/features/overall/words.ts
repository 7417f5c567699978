import { counter, translator } from '../../lib/i18n.js';
import { overall } from '../../messages/en/overall.js';

export const t = translator(overall);
export const tn = counter(overall);
