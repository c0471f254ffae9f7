import { find, type Found } from '../builder/found.ts';
import { bool, list, pairs, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure, throwAll } from '../failures.ts';
import { attachDebugger } from './attach-debugger.ts';
import { debugByCopy } from './debug-by-copy.ts';
import { debugInPod } from './debug-in-pod.ts';
import { debugNode } from './debug-node.ts';
import { debugOptions, type DebugOptions } from './debug-options.ts';
import type { DebugSession } from './debug-session.ts';

export const debugVerb: Verb = {
  usage: '(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  about: 'Debug a pod by a container added to it or by a changed copy of it, or a node by a pod in its namespaces.',
  flags: [
    list('filename', 'File that names what is to be debugged.', { short: 'f' }),
    bool('arguments-only', 'What stands after -- are arguments, not the command.'),
    bool('attach', 'Attach to the container once it runs; the default with --stdin.'),
    text('container', 'Name of the debugging container.', { short: 'c' }),
    text('copy-to', 'Make a copy of the pod with this name.'),
    text('custom', 'File with a partial container that changes the profile.'),
    pairs('env', 'Variables of the container: NAME=VALUE.'),
    text('image', 'Image of the debugging container.'),
    text('image-pull-policy', 'When the image is pulled.'),
    bool('keep-annotations', 'Keep the annotations in the copy.'),
    bool('keep-init-containers', 'Keep the init containers in the copy.', { fallback: 'true' }),
    bool('keep-labels', 'Keep the labels in the copy.'),
    bool('keep-liveness', 'Keep liveness probes in the copy.'),
    bool('keep-readiness', 'Keep readiness probes in the copy.'),
    bool('keep-startup', 'Keep startup probes in the copy.'),
    text('profile', 'legacy, general, baseline, netadmin, restricted or sysadmin.', { fallback: 'legacy' }),
    bool('quiet', 'Print what the container prints, nothing else.', { short: 'q' }),
    bool('replace', 'Delete the pod that was copied.'),
    bool('same-node', 'Put the copy on the same node.'),
    pairs('set-image', 'Images of the copy: CONTAINER=IMAGE.'),
    bool('share-processes', "Let the copy's containers see each other's processes.", { fallback: 'true' }),
    bool('stdin', 'Keep the input of the container open.', { short: 'i' }),
    text('target', 'Container whose processes the debugging one is to see.'),
    bool('tty', 'Give the container a terminal.', { short: 't' }),
  ],
  run: debug,
};

async function debug(call: Call): Promise<void> {
  const options = await debugOptions(call);
  for (const each of await targetsOf(call, options)) {
    const session = await open(call, each, options);
    if (options.attaches && session.container !== '') await attachDebugger(call, session, options);
  }
}

/** Names without a type are pods'. */
async function targetsOf(call: Call, { targets }: DebugOptions): Promise<readonly Found[]> {
  const args = targets.map(name => (name.includes('/') ? name : `pods/${name}`));
  const { found, failures } = await find(call, { args });
  throwAll(failures);
  return found;
}

function open(call: Call, found: Found, options: DebugOptions): Promise<DebugSession> {
  const { resource } = found;
  if (resource.group === '' && resource.kind === 'Node') return debugNode(call, found, options);
  if (resource.group === '' && resource.kind === 'Pod') {
    return options.copyTo === '' ? debugInPod(call, found, options) : debugByCopy(call, found, options);
  }
  const kind = `${resource.group}/${resource.version}, Kind=${resource.kind}`;
  throw new Failure(`${JSON.stringify(kind)} not supported by debug`);
}
