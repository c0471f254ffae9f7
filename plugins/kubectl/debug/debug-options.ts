import type { Call } from '../command/verb.ts';
import { dig, listAt, textAt, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import { fileProblem } from '../file-problem.ts';
import { documentsOf } from '../builder/documents.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import { resolve } from 'node:path';
import { imageProblem } from './image-problem.ts';
import { isProfile, type Keeps, type Profile } from './profiles.ts';

/** What a line of `debug` asks for. */
export interface DebugOptions {
  readonly targets: readonly string[];
  readonly args: readonly string[];
  readonly argsOnly: boolean;
  readonly attaches: boolean;
  readonly container: string;
  readonly copyTo: string;
  readonly replaces: boolean;
  readonly sameNode: boolean;
  /** `undefined` where the line does not say. */
  readonly sharesProcesses: boolean | undefined;
  readonly image: string;
  readonly images: ReadonlyMap<string, string>;
  readonly pullPolicy: string;
  readonly env: readonly Fields[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly target: string;
  readonly quiet: boolean;
  readonly profile: Profile;
  readonly keeps: Keeps;
  /** Merged over what the profile makes of the container. */
  readonly custom: Fields | undefined;
}

export async function debugOptions(call: Call): Promise<DebugOptions> {
  const { args, dash, flags } = call;
  const hasArgs = dash >= 0 && args.length > dash;
  const profile = flags.text('profile');
  if (!isProfile(profile)) throw new Failure(`unknown profile: ${profile}`);
  const options: DebugOptions = {
    targets: hasArgs ? args.slice(0, dash) : args,
    args: hasArgs ? args.slice(dash) : [],
    argsOnly: flags.bool('arguments-only'),
    attaches: flags.isGiven('attach') ? flags.bool('attach') : flags.bool('stdin'),
    container: flags.text('container'),
    copyTo: flags.text('copy-to'),
    replaces: flags.bool('replace'),
    sameNode: flags.bool('same-node'),
    sharesProcesses: flags.isGiven('share-processes') ? flags.bool('share-processes') : undefined,
    image: flags.text('image'),
    images: flags.pairs('set-image'),
    pullPolicy: flags.text('image-pull-policy'),
    env: [...flags.pairs('env')].map(([name, value]) => ({ name, value })),
    stdin: flags.bool('stdin'),
    tty: flags.bool('tty'),
    target: flags.text('target'),
    quiet: flags.bool('quiet'),
    profile,
    keeps: {
      labels: flags.bool('keep-labels'),
      annotations: flags.bool('keep-annotations'),
      livenessProbe: flags.bool('keep-liveness'),
      readinessProbe: flags.bool('keep-readiness'),
      startupProbe: flags.bool('keep-startup'),
      initContainers: flags.bool('keep-init-containers'),
    },
    custom: await customContainer(call),
  };
  check(call, options);
  return options;
}

async function customContainer({ flags, world, terminal }: Call): Promise<Fields | undefined> {
  const path = flags.text('custom');
  if (path === '') return undefined;
  let text: string;
  try {
    text = await world.files.readFile(resolve(terminal.workFolder, path), 'utf8');
  } catch (error) {
    throw new Failure(`must pass a container spec json file for custom profile: ${fileProblem(error, 'open', path)}`);
  }
  const [value] = await documentsOf(text, path);
  if (!isRecord(value)) throw new Failure(`${path} does not contain a valid container spec`);
  return value;
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never', ''];

function check(call: Call, options: DebugOptions): void {
  const { flags, terminal } = call;
  const { image, copyTo, container, args } = options;
  if (flags.isGiven('attach') && options.attaches && image === '' && container === '') {
    throw new Failure('you must specify --container or create a new container using --image in order to attach.');
  }
  if (copyTo === '') refuseWithoutCopy(options);
  else if (image === '' && options.images.size === 0 && args.length === 0) {
    throw new Failure('you must specify --image, --set-image or command arguments.');
  } else if (args.length > 0 && container === '' && image === '') {
    throw new Failure('you must specify an existing container or a new image when specifying args.');
  }
  const problem = image === '' ? undefined : imageProblem(image);
  if (problem !== undefined) throw new Failure(`invalid image name ${JSON.stringify(image)}: ${problem}`);
  if (options.targets.length === 0 && flags.list('filename').length === 0) {
    throw new Failure('NAME or filename is required for debug');
  }
  if (!PULL_POLICIES.includes(options.pullPolicy)) {
    throw new Failure(`invalid image pull policy: ${options.pullPolicy}`);
  }
  for (const [name, each] of options.images) {
    const wrong = imageProblem(each);
    if (wrong === undefined) continue;
    throw new Failure(`invalid image name ${JSON.stringify(each)} for container ${JSON.stringify(name)}: ${wrong}`);
  }
  if (options.target !== '') {
    if (copyTo !== '') {
      throw new Failure('--target is incompatible with --copy-to. Use --share-processes instead.');
    }
    if (!options.quiet) {
      terminal.out(
        `Targeting container ${JSON.stringify(options.target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
    }
  }
  if (options.tty && !options.stdin) {
    throw new Failure('-i/--stdin is required for containers with -t/--tty=true');
  }
  if (options.custom !== undefined && isMoreThanAProfile(options.custom)) {
    throw new Failure('name, command, image, lifecycle and volume devices are not modifiable via custom profile');
  }
  if (options.profile === 'legacy') {
    terminal.err(
      '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
    );
  }
}

function refuseWithoutCopy({ replaces, sameNode, images, image }: DebugOptions): void {
  if (replaces) throw new Failure('--replace may only be used with --copy-to.');
  if (sameNode) throw new Failure('--same-node may only be used with --copy-to.');
  if (images.size > 0) throw new Failure('--set-image may only be used with --copy-to.');
  if (image === '') throw new Failure('you must specify --image when not using --copy-to.');
}

const isMoreThanAProfile = (custom: Fields): boolean =>
  textAt(custom, 'name') !== '' ||
  textAt(custom, 'image') !== '' ||
  listAt(custom, 'command').length > 0 ||
  listAt(custom, 'volumeDevices').length > 0 ||
  dig(custom, 'lifecycle') !== undefined;
