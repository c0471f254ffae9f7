import { text } from '../command/flag.ts';
import type { Call } from '../command/verb.ts';
import { dig, fieldsAt, textsAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { nameOf, type KubeObject } from '../kube-object.ts';
import { resourcePath } from '../rest/api-resource.ts';
import { commandOf } from './deployment.ts';
import { generatorVerb, newMetadata } from './generator.ts';

const template = (call: Call, name: string, restartPolicy: string): unknown => {
  const command = commandOf(call);
  return {
    metadata: { creationTimestamp: null },
    spec: {
      containers: [
        { ...(command.length > 0 ? { command } : {}), image: call.flags.text('image'), name, resources: {} },
      ],
      restartPolicy,
    },
  };
};

export const jobVerb = generatorVerb({
  usage: 'NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  about: 'Create a job with the specified name.',
  flags: [text('image', 'Image to run.'), text('from', 'Cron job to take it from.')],
  namespaced: true,
  failed: 'failed to create job',
  async build(call, name) {
    const [image, from] = [call.flags.text('image'), call.flags.text('from')];
    if ((image === '') === (from === '')) throw new Failure('either --image or --from must be specified');
    if (from !== '') return jobFrom(call, name, from);
    const spec = { template: template(call, name, 'Never') };
    return { apiVersion: 'batch/v1', kind: 'Job', metadata: newMetadata(name), spec, status: {} };
  },
});

async function jobFrom(call: Call, name: string, from: string): Promise<KubeObject> {
  const [type = '', cronJobName = ''] = from.split('/');
  const names = await call.cluster.names();
  const resource = names.named(type);
  if (resource.kind !== 'CronJob') throw new Failure('from must be an existing cronjob');
  const cronJob = await (await call.cluster.client()).json(
    resourcePath(resource, await call.cluster.namespace(), cronJobName),
  );
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: newMetadata(name, {
      annotations: {
        'cronjob.kubernetes.io/instantiate': 'manual',
        ...textsAt(cronJob, 'spec', 'jobTemplate', 'metadata', 'annotations'),
      },
      labels: textsAt(cronJob, 'spec', 'jobTemplate', 'metadata', 'labels'),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: nameOf(cronJob),
          uid: dig(cronJob, 'metadata', 'uid'),
          controller: true,
        },
      ],
    }),
    spec: fieldsAt(cronJob, 'spec', 'jobTemplate', 'spec'),
    status: {},
  };
}

export const cronJobVerb = generatorVerb({
  usage: `NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]`,
  about: 'Create a cron job with the specified name.',
  flags: [
    text('image', 'Image to run.'),
    text('schedule', 'When it is run.'),
    text('restart', 'Restart policy of its pods.', { fallback: 'OnFailure' }),
  ],
  namespaced: true,
  failed: 'failed to create cronjob',
  build(call, name) {
    if (call.flags.text('image') === '') throw new Failure('--image must be specified');
    if (call.flags.text('schedule') === '') throw new Failure('--schedule must be specified');
    const spec = { template: template(call, name, call.flags.text('restart')) };
    const jobTemplate = { metadata: newMetadata(name), spec };
    return {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: newMetadata(name),
      spec: { jobTemplate, schedule: call.flags.text('schedule') },
      status: {},
    };
  },
});
