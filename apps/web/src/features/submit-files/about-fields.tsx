/** What both kinds of files are told about: the board, the method's name, its paper, the licence. */
import type { Board } from '@topiary/contracts';
import { FieldFrame } from '../submit-form/field.js';
import { t } from './words.js';

export interface About {
  readonly board: string;
  readonly method: string;
  readonly paper: string;
  readonly licence: string;
}

interface Props {
  readonly about: About;
  readonly boards: readonly Board[];
  readonly onChange: (change: Partial<About>) => void;
}

const TEXTS = [
  { id: 'method', label: 'files.method', help: 'files.method.help', type: 'text' },
  { id: 'licence', label: 'files.licence', help: 'files.licence.help', type: 'text' },
  { id: 'paper', label: 'files.paper', help: 'files.paper.help', type: 'url' },
] as const;

export const AboutFields = ({ about, boards, onChange }: Props) => {
  const board = boards.find(({ id }) => id === about.board);
  return (
    <>
      <FieldFrame label={t('submit.board')} help={board?.protocol} error={undefined} path="board">
        {(aria) => (
          <select value={about.board} onChange={(event) => onChange({ board: event.target.value })} {...aria}>
            {boards.map(({ id, title, state }) => (
              <option key={id} value={id} disabled={state !== 'open'}>
                {state === 'open' ? title : `${title} (${t('board.state.reported-only')})`}
              </option>
            ))}
          </select>
        )}
      </FieldFrame>
      <div className="field-row">
        {TEXTS.map(({ id, label, help, type }) => (
          <FieldFrame key={id} label={t(label)} help={t(help)} error={undefined} path={id}>
            {(aria) => (
              <input
                type={type}
                maxLength={id === 'method' ? 80 : 200}
                value={about[id]}
                onChange={(event) => onChange({ [id]: event.target.value })}
                {...aria}
              />
            )}
          </FieldFrame>
        ))}
      </div>
    </>
  );
};
