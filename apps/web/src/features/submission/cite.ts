/** A result as a BibTeX entry: who it is from, what it is, and an address that does not change. */
import type { Submission } from '@topiary/contracts';

const escapeTex = (text: string): string => text.replace(/[&%$#_{}]/g, '\\$&').replace(/·/g, '--');

export const bibtex = ({ id, label, board, createdAt, targets }: Submission, origin: string): string =>
  [
    `@misc{topiary-${id},`,
    `  title        = {${escapeTex(label)} on ${escapeTex(board)} at ${targets.map((target) => target.label).join(', ')}},`,
    '  howpublished = {Topiary benchmark},',
    `  year         = {${createdAt.slice(0, 4)}},`,
    `  url          = {${origin}/submissions/${id}}`,
    '}',
  ].join('\n');
