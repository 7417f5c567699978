/** What a thing that a run left is called: by its own title, else by its kind. */
import { translator } from '../../lib/i18n.js';
import { facts } from '../../messages/en/facts.js';
import type { Shown } from './shown.js';

const t = translator(facts);

const KNOWN = { widths: t('view.widths') } as const;

export const titleOf = ({ kind, title }: Pick<Shown, 'kind' | 'title'>): string =>
  title ?? (KNOWN as Readonly<Record<string, string>>)[kind] ?? kind;
