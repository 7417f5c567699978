/** Words of the views of gates and schedules; they come with the views. */
import { counter, translator } from '../../../lib/i18n.js';
import { schedule } from '../../../messages/en/schedule.js';

export const t = translator(schedule);
export const tn = counter(schedule);
