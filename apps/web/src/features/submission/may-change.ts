/** Whose submission it is to change: its submitter's, and that of those who look after the server. */
import type { Session, Submission } from '@topiary/contracts';

export const mayChange = (user: Session['user'], { submitter }: Pick<Submission, 'submitter'>): boolean =>
  user !== null && (user.id === submitter?.id || user.scopes.includes('organise'));
