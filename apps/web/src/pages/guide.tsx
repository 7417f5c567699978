/** The API in a few commands that run, and how to host a server of one's own. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Code } from '../components/copy.js';
import { Page, Section } from '../components/page.js';
import { curlFor } from '../features/submit-form/curl.js';
import { translator } from '../lib/i18n.js';
import { boardsQuery } from '../lib/queries.js';
import { guide } from '../messages/en/guide.js';

const t = translator(guide);

const REPLAY = `import json, onnx
from onnx import numpy_helper

model = onnx.load("model.onnx")            # the pruned network, ready for onnxruntime
kept = json.load(open("kept.json"))        # which channels of the base network stayed
for weight in model.graph.initializer:
    print(weight.name, numpy_helper.to_array(weight).shape)`;

const EXPORT = `torch.onnx.export(model.eval(), torch.zeros(1, 3, 32, 32), "net.onnx", opset_version=17,
    input_names=["input"], output_names=["logits"], dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}},
    training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)`;

const IMPORT = `npm run import -- net.onnx --name my-net --dataset cifar10 \\
  --mean .4914,.4822,.4465 --std .2023,.1994,.201`;

const importCall = (origin: string): string =>
  `curl -X POST '${origin}/api/v1/imports?name=my-net&dataset=cifar10&mean=.4914,.4822,.4465&std=.2023,.1994,.201' \\
  -H "Authorization: Bearer $TOPIARY_KEY" -H 'Content-Type: application/octet-stream' --data-binary @net.onnx`;

const ownFiles = (origin: string, board: string): string =>
  `npx topiary check pruned.onnx --base dense.onnx
npx topiary submit --url ${origin} -b ${board} --model 2x=pruned.onnx --division closed --method mine --licence MIT
npx topiary submit --url ${origin} -b ${board} --criterion score.onnx -t 2x --method my-scores --licence MIT`;

const HOST = `git clone <this repository> topiary
cd topiary
npm start`;

export default function GuidePage() {
  const { data } = useQuery(boardsQuery);
  const origin = window.location.origin;
  const board = data?.items.find(({ state }) => state === 'open')?.id ?? 'classification.resnet-tiny.shapes32';
  const request = {
    kind: 'recipe',
    board,
    recipe: { criterion: 'magnitude-l2', scope: 'global' },
    targets: ['2x'],
    seeds: [0, 1, 2],
  };
  return (
    <Page title={t('guide.title')} lede={t('guide.lede')}>
      <div className="prose">
        <p>
          <Link to="/docs/api">{t('guide.reference')}</Link> <a href="/openapi.json">{t('guide.openapi')}</a>
        </p>
        <Section id="read" title={t('guide.read')}>
          <p>{t('guide.read.text')}</p>
          <Code
            label={t('guide.read')}
            text={`curl ${origin}/api/v1/boards\ncurl '${origin}/api/v1/boards/${board}/leaderboard?target=2x&format=csv'`}
          />
        </Section>
        <Section id="key" title={t('guide.key')}>
          <p>{t('guide.key.text')}</p>
          <Code label={t('guide.key')} text="export TOPIARY_KEY=$(cat $TOPIARY_HOME/owner.key)" />
        </Section>
        <Section id="submit" title={t('guide.submit')}>
          <p>
            {t('guide.submit.text')} <Link to="/submit">{t('guide.submit.form')}</Link>
          </p>
          <Code label={t('guide.submit')} text={curlFor(origin, request)} />
        </Section>
        <Section id="own-files" title={t('guide.own')}>
          <p>
            {t('guide.own.text')} <Link to="/submit?way=pruned-models">{t('guide.own.form')}</Link>
          </p>
          <Code label={t('guide.own')} text={ownFiles(origin, board)} />
        </Section>
        <Section id="watch" title={t('guide.watch')}>
          <p>{t('guide.watch.text')}</p>
          <Code
            label={t('guide.watch')}
            text={`curl ${origin}/api/v1/submissions/$ID\ncurl -N -H 'Last-Event-ID: 0' ${origin}/api/v1/submissions/$ID/events`}
          />
        </Section>
        <Section id="files" title={t('guide.files')}>
          <p>{t('guide.files.text')}</p>
          <Code label={t('guide.files')} text={REPLAY} />
        </Section>
        <Section id="errors" title={t('guide.errors')}>
          <p>{t('guide.errors.text')}</p>
        </Section>
        <Section id="host" title={t('guide.host')}>
          <p>{t('guide.host.text')}</p>
          <Code label={t('guide.host')} text={HOST} />
          <p>{t('guide.host.more')}</p>
          <Code label={t('guide.host')} text="docker compose up" />
        </Section>
        <Section id="data" title={t('guide.data')}>
          <p>{t('guide.data.text')}</p>
        </Section>
        <Section id="import" title={t('guide.import')}>
          <p>{t('guide.import.text')}</p>
          <Code label={t('guide.import')} text={IMPORT} />
          <p>{t('guide.import.steps')}</p>
          <p>{t('guide.import.classes')}</p>
          <Code label={t('guide.import')} text={importCall(origin)} />
          <p>{t('guide.import.export')}</p>
          <Code label={t('guide.import')} text={EXPORT} />
        </Section>
      </div>
    </Page>
  );
}
