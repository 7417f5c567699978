/** What the leader and the control give, and with them the rows that somebody chose; fetched when one scrolls there. */
import type { Row, TrackDescription } from '@topiary/contracts';
import { Section } from '../../components/page.js';
import { t } from '../../lib/i18n.js';
import { useIsNear } from '../../lib/near.js';
import { controlOf, isControl } from '../../lib/tracks.js';
import { Showcase } from '../facts/showcase.js';

const MOST = 4;

interface Props {
  readonly board: string;
  readonly track: TrackDescription;
  readonly rows: readonly Row[];
  readonly chosen: readonly string[];
}

/** What was chosen, the first row that was run, and the control. */
const toShow = ({ rows, track, chosen }: Props): readonly Row[] => {
  const run = rows.filter(({ source }) => source === null);
  const leader = run.find((row) => row.rank === 1 && !isControl(row, track));
  const control = run.find((row) => isControl(row, track) && row.ranking === leader?.ranking);
  const picked = run.filter(({ id }) => chosen.includes(id));
  return [...new Set([...picked, leader, control].filter((row) => row !== undefined))].slice(0, MOST);
};

export default function WhatRowsGive(props: Props) {
  const [ref, isNear] = useIsNear<HTMLDivElement>();
  const { board, track } = props;
  return (
    <div ref={ref}>
      <Section title={t('board.give')}>
        <p className="section-lede">{t('board.give.how', { control: controlOf(track)?.title ?? '' })}</p>
        {isNear && track.showcase !== null && <Showcase board={board} kind={track.showcase} rows={toShow(props)} />}
      </Section>
    </div>
  );
}
