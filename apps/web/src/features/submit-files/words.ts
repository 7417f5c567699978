/** The catalogue of this feature, joined with the words of the form beside it. */
import { translator } from '../../lib/i18n.js';
import { submit } from '../../messages/en/submit.js';
import { submitFiles } from '../../messages/en/submit-files.js';
import { en } from '../../messages/en.js';

export const t = translator({ ...en, ...submit, ...submitFiles });
