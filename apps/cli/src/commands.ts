/** All commands, in the order of the help. */
import type { Command } from './command.js';
import { Cancel } from './commands/cancel.js';
import { Check } from './commands/check.js';
import { Export } from './commands/export.js';
import { Login } from './commands/login.js';
import { Logs } from './commands/logs.js';
import { Status } from './commands/status.js';
import { Submit } from './commands/submit.js';

export const COMMANDS: readonly Command[] = [Login, Check, Submit, Status, Logs, Cancel, Export];
