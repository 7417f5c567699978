/** What may stand next on a command line: commands, their options, the values of an option. One answer for every shell. */
import type { Command, Option, Options } from './command.js';
import { GLOBAL } from './help.js';

const named = (word: string, options: Options): Option | undefined =>
  Object.entries(options).find(([name, { short }]) => word === `--${name}` || (short && word === `-${short}`))?.[1];

const optionsOf = (options: Options): string[] => Object.keys(options).map((name) => `--${name}`);

/** Candidates for the last word; none means that a file may stand there. */
export const candidates = async (commands: readonly Command[], words: readonly string[]): Promise<string[]> => {
  const last = words.at(-1) ?? '';
  const names = commands.map(({ name }) => name);
  const fitting = (all: readonly string[]) => all.filter((word) => word.startsWith(last));
  if (words.length <= 1) return fitting([...names, 'help', '--help', '--version']);
  if (words[0] === 'help') return fitting(names);
  const command = commands.find(({ name }) => name === words[0]);
  if (!command) return [];
  const options: Options = { ...command.options, ...GLOBAL };
  const before = named(words.at(-2) ?? '', options);
  if (before?.type === 'string') return fitting((await before.choices?.()) ?? []);
  return fitting(last.startsWith('-') ? optionsOf(options) : (command.choices ?? []));
};

/** Each shell asks `topiary complete -- <words>` and offers files where nothing comes back. */
export const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_topiary() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(topiary complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "$cur"))
}
complete -o default -F _topiary topiary
`,
  zsh: `#compdef topiary
_topiary() {
  local -a found
  found=("\${(@f)$(topiary complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -- $found; else _files; fi
}
compdef _topiary topiary
`,
  fish: `function __topiary
  set -l words (commandline -opc)
  topiary complete -- $words[2..] (commandline -ct) 2>/dev/null
end
complete -c topiary -a '(__topiary)'
`,
};
