import { generateName } from '../../../src/api/generate-name.ts';
import type { Call } from '../command/verb.ts';
import { dig, fieldsAt, listAt, numberAt, textAt, type Fields } from '../dig.ts';
import type { KubeObject } from '../kube-object.ts';
import type { DebugOptions } from './debug-options.ts';

/** Where debugging goes on. */
export interface DebugSession {
  readonly pod: KubeObject;
  /** '' where images alone were changed. */
  readonly container: string;
}

/** The container as the options alone have it. */
export function debugContainer(name: string, options: DebugOptions): Fields {
  const { args, env, pullPolicy } = options;
  return {
    name,
    image: options.image,
    ...(args.length === 0 ? {} : { [options.argsOnly ? 'args' : 'command']: args }),
    ...(env.length === 0 ? {} : { env }),
    ...(pullPolicy === '' ? {} : { imagePullPolicy: pullPolicy }),
    ...(options.stdin ? { stdin: true } : {}),
    ...(options.tty ? { tty: true } : {}),
    resources: {},
    terminationMessagePolicy: 'File',
  };
}

export function containersIn(pod: unknown): readonly Fields[] {
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap(field =>
    listAt(pod, 'spec', field).map(each => fieldsAt(each)),
  );
}

/** The name that was asked for, or one that no container of the pod has. */
export function containerName({ terminal, world }: Call, pod: unknown, { container, quiet }: DebugOptions): string {
  if (container !== '') return container;
  const taken = new Set(containersIn(pod).map(each => textAt(each, 'name')));
  let name = '';
  while (name === '' || taken.has(name)) name = generateName('debugger-', () => world.random.fraction());
  if (!quiet) terminal.out(`Defaulting debug container name to ${name}.\n`);
  return name;
}

const NOT_ROOT =
  'Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n';

/** Says that a user other than root will not have the privileges that the profile gives. */
export function warnOfUser({ terminal }: Call, pod: unknown, name: string): void {
  const context = dig(
    containersIn(pod).findLast(each => textAt(each, 'name') === name),
    'securityContext',
  );
  const user = numberAt(pod, 'spec', 'securityContext', 'runAsUser') ?? 0;
  if (user === 0 || context === undefined || dig(context, 'runAsUser') === 0) return;
  if (dig(context, 'privileged') !== true && listAt(context, 'capabilities', 'add').length === 0) return;
  terminal.err(NOT_ROOT);
}
