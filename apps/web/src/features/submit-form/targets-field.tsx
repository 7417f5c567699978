/** The targets of a submission: boxes for the board's own, and a line that adds one on another axis. */
import { useQuery } from '@tanstack/react-query';
import type { Board, MethodDescription } from '@topiary/contracts';
import { useState } from 'react';
import { tracksQuery } from '../../lib/queries.js';
import { trackOf } from '../../lib/tracks.js';
import { FieldSet } from './field.js';
import type { FormState } from './state.js';
import { axesFor, FREE, MOST, offeredTargets, readRatio, targetLabel } from './targets.js';
import { t } from './words.js';

interface Props {
  readonly state: FormState;
  readonly onChange: (change: Partial<FormState>) => void;
  readonly board: Board | undefined;
  readonly methods: readonly MethodDescription[];
  readonly error: string | undefined;
}

const AddTarget = ({ state, onChange, board, methods }: Omit<Props, 'error'>) => {
  const { data: tracks } = useQuery(tracksQuery);
  const track = board && trackOf(tracks?.items, board.track);
  const [text, setText] = useState('');
  const [chosen, setAxis] = useState('');
  const axes = track ? axesFor(state, methods, track) : [];
  const axis = axes.find(({ id }) => id === chosen) ?? axes[0];
  const ratio = readRatio(text);
  if (!track || !axis) return null;
  const add = () => {
    if (ratio === null) return;
    onChange({ targets: [...new Set([...state.targets, targetLabel(ratio, axis.id, track)])] });
    setText('');
  };
  return (
    <div className="add-target">
      <input
        type="text"
        inputMode="decimal"
        size={4}
        value={text}
        placeholder="3x"
        aria-label={t('submit.targets.ratio', { most: MOST })}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
      />
      <select value={axis.id} aria-label={t('submit.targets.axis')} onChange={(event) => setAxis(event.target.value)}>
        {axes.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      <button type="button" className="button is-quiet is-small" disabled={ratio === null} onClick={add}>
        {t('submit.targets.add')}
      </button>
    </div>
  );
};

export const TargetField = ({ error, ...props }: Props) => {
  const { state, onChange, board } = props;
  const offered = offeredTargets(state, board);
  const toggle = (label: string, on: boolean) =>
    onChange({ targets: offered.filter((one) => (one === label ? on : state.targets.includes(one))) });
  return (
    <FieldSet label={t('submit.targets')} help={t('submit.targets.help')} error={error} path="targets">
      {offered.map((label) => (
        <label key={label} className="choice" title={label === FREE ? t('submit.targets.free') : undefined}>
          <input
            type="checkbox"
            checked={state.targets.includes(label)}
            onChange={(event) => toggle(label, event.target.checked)}
          />
          {label}
        </label>
      ))}
      <AddTarget {...props} />
    </FieldSet>
  );
};
