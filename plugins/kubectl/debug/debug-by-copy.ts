import type { Found } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { dig, fieldsAt, listAt, textAt, withField, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { createObject } from '../write/create-object.ts';
import { deleteObject } from '../write/delete-object.ts';
import { withCustomContainer } from './custom-container.ts';
import type { DebugOptions } from './debug-options.ts';
import { containerName, containersIn, debugContainer, warnOfUser, type DebugSession } from './debug-session.ts';
import { withContainer, withProfile } from './profiles.ts';

/** Makes a copy of a pod, with a debugging container in it or one of its own changed. */
export async function debugByCopy(call: Call, found: Found, options: DebugOptions): Promise<DebugSession> {
  const { pod, container } = copyOf(call, found.object, options);
  if (container !== '') warnOfUser(call, pod, container);
  const client = await call.cluster.client();
  const created = await createObject(client, found, pod);
  if (options.replaces) {
    await deleteObject(client, found, { graceSeconds: 0, propagation: '', dryRun: 'none' });
  }
  return { pod: created, container };
}

function copyOf(call: Call, original: KubeObject, options: DebugOptions): DebugSession {
  const bare = withImages(bareCopy(original, options), options.images);
  const isThere = containersIn(bare).some(each => textAt(each, 'name') === options.container);
  if (!isThere && options.image === '') {
    if (options.images.size > 0) return { pod: bare, container: '' };
    throw new Failure('you must specify image when creating new container');
  }
  const name = isThere ? options.container : containerName(call, bare, options);
  const containers = [...listAt(bare, 'spec', 'containers'), { name, resources: {}, terminationMessagePolicy: 'File' }];
  const grown = isThere ? bare : withField(bare, ['spec', 'containers'], containers);
  const changed = withContainer(grown, name, each => changedContainer(each, name, options));
  const profiled = withProfile(options.profile, 'copy', changed, name, options.keeps);
  return { pod: podOf(withCustomContainer(profiled, name, options.custom)), container: name };
}

const podOf = (fields: Fields): KubeObject => ({ ...fields, apiVersion: 'v1', kind: 'Pod' });

function bareCopy(original: KubeObject, options: DebugOptions): KubeObject {
  const { annotations, labels, namespace } = fieldsAt(original, 'metadata');
  const { ephemeralContainers: _gone, nodeName, ...spec } = fieldsAt(original, 'spec');
  const { sharesProcesses } = options;
  return podOf({
    metadata: { name: options.copyTo, namespace, annotations, labels },
    spec: {
      ...spec,
      ...(sharesProcesses === undefined ? {} : { shareProcessNamespace: sharesProcesses }),
      ...(options.sameNode && nodeName !== undefined ? { nodeName } : {}),
    },
  });
}

function withImages(pod: KubeObject, images: ReadonlyMap<string, string>): KubeObject {
  const containers = listAt(pod, 'spec', 'containers').map(each => {
    const image = images.get(textAt(each, 'name')) ?? images.get('*');
    return image === undefined ? each : { ...fieldsAt(each), image };
  });
  return podOf(withField(pod, ['spec', 'containers'], containers));
}

/** What is not asked for stays as it is, but for the terminal and the input. */
function changedContainer(container: Fields, name: string, options: DebugOptions): Fields {
  const { image, resources: _kept, terminationMessagePolicy: _policy, ...asked } = debugContainer(name, options);
  const { stdin: _stdin, tty: _tty, args, ...rest } = container;
  const replacesCommand = dig(asked, 'command') !== undefined;
  return {
    ...rest,
    ...(replacesCommand || args === undefined ? {} : { args }),
    ...asked,
    ...(image === '' ? {} : { image }),
  };
}
