/** For organisers: what is said of boards, one by one or as a file under version control. */
import { AllBoardSettings, AppliedBoardSettings, ApplyBoardSettings, Board, BoardSettings } from '@topiary/contracts';
import { z } from 'zod';
import { actorOf } from '../accounts/identity.js';
import { applyFile, asYaml, editable, setBoard, boardSettings as settingsOf } from '../board-settings.js';
import { boardView } from '../boards.js';
import type { Route } from '../context.js';
import { BY_KEY, guard } from '../plugins/auth.js';

const shared = { onRequest: guard('organise') };
const schema = { tags: ['admin'], security: BY_KEY };

export const boardSettings: Route = (app, context) => {
  app.get(
    '/api/v1/admin/board-settings',
    {
      ...shared,
      schema: {
        operationId: 'listBoardSettings',
        summary: 'Board settings',
        description: 'What organisers say of boards, and the same as a YAML file to be kept under version control.',
        ...schema,
        response: { 200: AllBoardSettings },
      },
    },
    async () => ({ items: await editable(context), yaml: asYaml(await settingsOf(context)) }),
  );

  app.put(
    '/api/v1/admin/board-settings/:board',
    {
      ...shared,
      schema: {
        operationId: 'setBoardSettings',
        summary: 'Edit a board',
        description:
          'Title, note, closing, targets on offer and columns of a board, in the place of what was said before. A protocol is no setting.',
        ...schema,
        params: z.object({ board: z.string() }),
        body: BoardSettings,
        response: { 200: Board },
      },
    },
    async (request) => {
      await setBoard(context, request.params.board, request.body, actorOf(request));
      return boardView(context, request.params.board);
    },
  );

  app.post(
    '/api/v1/admin/board-settings',
    {
      ...shared,
      schema: {
        operationId: 'applyBoardSettings',
        summary: 'Apply a file of board settings',
        description:
          'The whole YAML file: boards that it does not name are as their tracks made them. `check` only says what would change.',
        ...schema,
        body: ApplyBoardSettings,
        response: { 200: AppliedBoardSettings },
      },
    },
    async (request) => {
      const changes = await applyFile(context, request.body, actorOf(request));
      return { applied: !request.body.check, changes: changes.map((change) => ({ ...change })) };
    },
  );
};
