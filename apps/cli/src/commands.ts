/** All commands, in the order of the help. */
import type { Command } from './command.js';
import { Boards } from './commands/boards.js';
import { Cancel } from './commands/cancel.js';
import { Check } from './commands/check.js';
import { Compare } from './commands/compare.js';
import { Completions } from './commands/completions.js';
import { Datasets } from './commands/datasets.js';
import { DropFiles } from './commands/drop-files.js';
import { Explain } from './commands/explain.js';
import { Export } from './commands/export.js';
import { Login } from './commands/login.js';
import { Logs } from './commands/logs.js';
import { Methods } from './commands/methods.js';
import { Models } from './commands/models.js';
import { Prune } from './commands/prune.js';
import { Publish } from './commands/publish.js';
import { Recommend } from './commands/recommend.js';
import { Status } from './commands/status.js';
import { Submit } from './commands/submit.js';
import { Verify } from './commands/verify.js';

export const COMMANDS: readonly Command[] = [
  ...[Explain, Prune, Check],
  ...[Login, Boards, Methods, Models, Datasets],
  ...[Submit, Status, Logs, Cancel, Publish, DropFiles],
  ...[Recommend, Compare, Verify, Export],
  Completions,
];
