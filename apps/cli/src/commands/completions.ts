/** `topiary completions`: prints what a shell needs to complete commands, options and ids. */

import { didYouMean } from '@topiary/errors';
import { defineCommand } from '../command.js';
import { SCRIPTS } from '../completions.js';
import { EXIT, UsageError } from '../exit.js';

const SHELLS = Object.keys(SCRIPTS);

export const Completions = defineCommand({
  name: 'completions',
  summary: 'prints the completions for a shell',
  operands: `<${SHELLS.join('|')}>`,
  choices: SHELLS,
  options: {},
  examples: [
    'topiary completions bash >> ~/.bashrc',
    'topiary completions zsh > ~/.zfunc/_topiary            # a folder of $fpath',
    'topiary completions fish > ~/.config/fish/completions/topiary.fish',
  ],
  run: async ({ out }, operands) => {
    const [shell] = operands;
    if (shell === undefined || operands.length > 1) throw new UsageError(`completions takes ${SHELLS.join(', ')}`);
    const script = SCRIPTS[shell];
    if (script === undefined)
      throw new UsageError(`no completions for '${shell}', only for ${SHELLS.join(', ')}${didYouMean(shell, SHELLS)}`);
    out(script);
    return EXIT.ok;
  },
});
