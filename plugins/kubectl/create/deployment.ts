import { int, list } from '../command/flag.ts';
import { usageFailure, type Call } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import { generatorVerb, newMetadata } from './generator.ts';

export const deploymentVerb = generatorVerb({
  usage: 'NAME --image=image -- [COMMAND] [args...]',
  about: 'Create a deployment with the specified name.',
  flags: [
    list('image', 'Images to run, one a container.', { required: true }),
    int('port', 'Port the container exposes.', { fallback: '-1' }),
    int('replicas', 'How many pods there shall be.', { fallback: '1', short: 'r' }),
  ],
  namespaced: true,
  failed: 'failed to create deployment',
  build(call, name) {
    const labels = { app: name };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: newMetadata(name, { labels }),
      spec: {
        replicas: call.flags.int('replicas'),
        selector: { matchLabels: labels },
        strategy: {},
        template: { metadata: { creationTimestamp: null, labels }, spec: { containers: containersOf(call) } },
      },
      status: {},
    };
  },
});

function containersOf(call: Call): readonly unknown[] {
  const { flags } = call;
  const images = flags.list('image');
  const command = commandOf(call);
  if (images.length > 1 && command.length > 0) {
    throw new Failure('cannot specify multiple --image options and command');
  }
  const port = flags.int('port');
  return images.map((image, i) => ({
    ...(command.length > 0 ? { command } : {}),
    image,
    name: nameOfImage(image, call),
    ...(i === 0 && port > 0 ? { ports: [{ containerPort: port }] } : {}),
    resources: {},
  }));
}

/** What stands after `--`. */
export const commandOf = ({ args, dash }: Pick<Call, 'args' | 'dash'>): readonly string[] =>
  dash < 0 ? args.slice(1) : args.slice(dash);

function nameOfImage(image: string, call: Call): string {
  const name = (image.split('/').at(-1) ?? '').split(/[:@]/)[0] ?? '';
  if (name === '') throw usageFailure(call, `invalid image ${JSON.stringify(image)}`);
  return name.toLowerCase().replaceAll('_', '-');
}
