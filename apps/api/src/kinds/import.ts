/** A base model for a board, from a file that was uploaded before. */
import type { CreateSubmission } from '@topiary/contracts';
import type { NewSubmission } from '@topiary/db';
import type { ApiContext } from '../context.js';
import { planImport } from '../import.js';
import { storedFile } from './_plan.js';

type ImportSubmission = Extract<CreateSubmission, { kind: 'import' }>;

export const planUploaded = async (
  context: ApiContext,
  body: ImportSubmission,
  createdBy: string,
): Promise<NewSubmission> => {
  await storedFile(context, createdBy, 'model', body.model);
  const withModel = await planImport(context, body, createdBy);
  return withModel(body.model);
};
