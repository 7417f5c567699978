/** One submission: what happens to it now, or what came out and how far it can be trusted. */

import { useQuery } from '@tanstack/react-query';
import type { HeldRun, Run, Submission, TrackDescription } from '@topiary/contracts';
import { Link, useParams } from 'react-router';
import { Code } from '../components/copy.js';
import { Ago } from '../components/figures.js';
import { PersonLink, StateMark } from '../components/marks.js';
import { ErrorNote, Note } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { SkeletonPage } from '../components/skeleton.js';
import { Facts } from '../features/facts/facts.js';
import { SubmissionActions } from '../features/submission/actions.js';
import { againBody } from '../features/submission/again.js';
import { BaseHere } from '../features/submission/base-here.js';
import { bibtex } from '../features/submission/cite.js';
import { Curves } from '../features/submission/curves.js';
import { Disputes } from '../features/submission/disputes.js';
import { Downloads } from '../features/submission/downloads.js';
import { Failure } from '../features/submission/failure.js';
import { Held, stateOf, useHeld } from '../features/submission/held.js';
import { Log } from '../features/submission/log.js';
import { Neighbours } from '../features/submission/neighbours.js';
import { Private } from '../features/submission/private.js';
import type { RunView } from '../features/submission/reducer.js';
import { Circumstances, ResultTable } from '../features/submission/results.js';
import { RunSwitch } from '../features/submission/run-switch.js';
import { queueSentence, runSentence } from '../features/submission/sentence.js';
import { Timeline } from '../features/submission/timeline.js';
import { useRunViews } from '../features/submission/use-run-views.js';
import { t, tn } from '../features/submission/words.js';
import { curlFor } from '../features/submit-form/curl.js';
import { boardQuery, submissionQuery, tracksQuery } from '../lib/queries.js';
import { boardTitle, trackIdOf, trackOf } from '../lib/tracks.js';
import { useSearchParam } from '../lib/url.js';

const finetuneSteps = (recipe: Submission['recipe']): number | undefined => {
  const { finetune } = recipe as { finetune?: { steps?: number | null } };
  return finetune?.steps ?? undefined;
};

interface RunProps {
  readonly run: Run;
  readonly view: RunView;
  readonly track: TrackDescription | undefined;
  readonly submission: Submission;
  readonly steps: number | undefined;
  readonly held: HeldRun | undefined;
}

const RunProgress = ({ run, view, track, steps }: RunProps) => {
  const problem = view.problem ?? run.problem;
  const hasCurve = Object.keys(view.curves).length > 0;
  return (
    <>
      {problem && <Failure problem={problem} />}
      <div className="run-split">
        <Timeline stages={view.stages} />
        {track && (hasCurve || view.state === 'running') && <Curves view={view} track={track} steps={steps} />}
      </div>
      <Log lines={view.log} />
    </>
  );
};

const RunResult = ({ run, track, submission, held }: RunProps) => {
  const { result, target } = run;
  if (!result || !track) return null;
  const unranked = held !== undefined && stateOf(held) !== 'released';
  return (
    <>
      <Section title={t('submission.result')}>
        <ResultTable result={result} track={track} />
      </Section>
      {target && (
        <Section
          title={t('submission.neighbours', { target: target.label })}
          aside={<Link to={`/boards/${submission.board}?target=${target.label}`}>{t('submission.toBoard')}</Link>}
        >
          {unranked ? (
            <p className="muted">{t('held.notRanked')}</p>
          ) : (
            <Neighbours board={submission.board} target={target.label} submission={submission} track={track} />
          )}
        </Section>
      )}
      {target === null && <BaseHere board={submission.board} track={track} />}
      <div className="two-columns">
        <Facts result={result} board={submission.board} />
        <Section title={t('submission.circumstances')}>
          <Circumstances result={result} seed={run.seed} />
        </Section>
      </div>
    </>
  );
};

const Keep = ({ run, submission }: { readonly run: Run; readonly submission: Submission }) => {
  const { kind, board, targets, seeds, recipe } = submission;
  const body = againBody({ kind, board, recipe, targets: targets.map(({ label }) => label), seeds });
  return (
    <div className="two-columns">
      <Section title={t('submission.files')}>
        <Downloads run={run} />
      </Section>
      <Section title={t('submission.cite')}>
        <Code text={bibtex(submission, window.location.origin)} label={t('submission.cite')} />
      </Section>
      {body && (
        <Section title={t('submission.reproduce')}>
          <details>
            <summary>{t('submission.reproduce.how')}</summary>
            <Code text={curlFor(window.location.origin, body)} label={t('submission.reproduce')} />
          </details>
        </Section>
      )}
    </div>
  );
};

interface BodyProps {
  readonly submission: Submission;
  readonly tracks: readonly TrackDescription[];
}

const Body = ({ submission, tracks }: BodyProps) => {
  const { views, connection } = useRunViews(submission);
  const board = useQuery(boardQuery(submission.board));
  const found = useHeld(submission);
  const [chosen, choose] = useSearchParam('run');
  const { runs } = submission;
  const active = runs.find(({ id }) => views[id]?.state === 'running');
  const run = runs.find(({ id }) => id === chosen) ?? active ?? runs[0];
  const view = run && views[run.id];
  const track = trackOf(tracks, trackIdOf(submission.board));
  const steps = finetuneSteps(submission.recipe) ?? board.data?.finetune.steps;
  const held = found.held.find((one) => one.run === run?.id);
  const shown = run && view && { run, view, track, submission, steps, held };
  const title = boardTitle(board.data && [board.data], submission.board);
  return (
    <Page
      title={submission.label}
      above={
        <>
          <Link to="/submissions">{t('nav.submissions')}</Link>
          {' / '}
          <Link to={`/boards/${submission.board}`}>{title}</Link>
        </>
      }
      lede={
        <>
          <StateMark state={submission.state} />
          <span aria-live="polite">
            {run && view ? runSentence(run, view, track) : ''}
            {view?.state === 'queued' && ` ${queueSentence(submission)}`}
          </span>
        </>
      }
      actions={<SubmissionActions submission={submission} />}
    >
      <p className="byline">
        {submission.title && <span>{submission.title}</span>}
        {submission.submitter && (
          <span>
            {t('submission.by')} <PersonLink person={submission.submitter} />
          </span>
        )}
        {submission.openDisputes > 0 && <a href="#disputes">{tn('submission.disputed', submission.openDisputes)}</a>}
        <span>
          {t('submission.sent')} <Ago iso={submission.createdAt} />
        </span>
        <span>{tn('common.runs', runs.length)}</span>
        {submission.tries && submission.tries.unpublished > 0 && (
          <span>{tn('submission.tries', submission.tries.all, { hidden: String(submission.tries.unpublished) })}</span>
        )}
        {view && view.attempt > 1 && <span>{t('submission.attempt', { n: view.attempt })}</span>}
        {connection === 'lost' && <span role="status">{t('submission.lost')}</span>}
      </p>
      {submission.private && <Private submission={submission} />}
      {submission.withdrawn && (
        <Note tone="warn" title={t('submission.withdrawn')}>
          {submission.withdrawnReason && <p>{submission.withdrawnReason}</p>}
        </Note>
      )}
      {runs.length > 1 && run && (
        <RunSwitch runs={runs} views={views} held={found.held} value={run.id} onChange={choose} />
      )}
      {shown && (
        <>
          {shown.run.result && <Held found={found} run={shown.run.id} />}
          {shown.run.result ? null : <RunProgress {...shown} />}
          <RunResult {...shown} />
          {shown.run.result && (
            <Section title={t('submission.course')}>
              <RunProgress {...shown} />
            </Section>
          )}
          {shown.run.result && <Keep run={shown.run} submission={submission} />}
        </>
      )}
      <Disputes submission={submission} />
    </Page>
  );
};

export default function SubmissionPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery(submissionQuery(id));
  const tracks = useQuery(tracksQuery);
  const failed = error ?? tracks.error;
  if (data && tracks.data) return <Body key={data.id} submission={data} tracks={tracks.data.items} />;
  if (!failed) return <SkeletonPage />;
  return (
    <Page title={t('submission.title')}>
      <ErrorNote error={failed} onRetry={() => void Promise.all([refetch(), tracks.refetch()])} />
    </Page>
  );
}
