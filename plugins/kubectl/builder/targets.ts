import type { Call } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import type { ApiResource } from '../rest/api-resource.ts';
import type { ResourceNames } from '../rest/resource-names.ts';

/** What arguments speak of: one object, or all of a type. */
export interface Target {
  readonly resource: ApiResource;
  readonly name: string | undefined;
}

export interface TargetOptions {
  /** Whether all of a type may be meant: by a selector, `--all`, or because the command lists. */
  readonly mayList: boolean;
  /** What was given to select by: names do not go with it. */
  readonly isSelected: boolean;
}

/** Reads `TYPE[,TYPE] [NAME...]` or `TYPE/NAME...`. */
export function targetsOf(names: ResourceNames, args: readonly string[], options: TargetOptions): readonly Target[] {
  const slashed = args.filter(arg => arg.includes('/'));
  if (slashed.length > 0) return slashedTargets(names, args, options);
  const [types = '', ...given] = args;
  const resources = types
    .split(',')
    .filter(type => type !== '')
    .flatMap(type => names.expand(type));
  if (given.some(name => name === '')) throw new Failure('resource name may not be empty');
  if (given.length > 0) {
    if (options.isSelected) throw new Failure('name cannot be provided when a selector is specified');
    return resources.flatMap(resource => given.map(name => ({ resource, name })));
  }
  if (!options.mayList) throw new Failure('resource(s) were provided, but no name was specified');
  return resources.map(resource => ({ resource, name: undefined }));
}

function slashedTargets(names: ResourceNames, args: readonly string[], options: TargetOptions): readonly Target[] {
  if (args.some(arg => !arg.includes('/'))) {
    throw new Failure(
      `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'`,
    );
  }
  return args.map(arg => {
    const [type = '', name = '', ...more] = arg.split('/');
    if (more.length > 0) throw new Failure('arguments in resource/name form may not have more than one slash');
    if (type === '' || name === '') {
      throw new Failure(`arguments in resource/name form must have a single resource and name`);
    }
    if (options.isSelected) throw new Failure('name cannot be provided when a selector is specified');
    return { resource: names.named(type), name };
  });
}

/** The namespace that a target lies in; '' where it lies in none. */
export const namespaceFor = ({ resource }: Pick<Target, 'resource'>, namespace: string): string =>
  resource.namespaced ? namespace : '';

/** Whether flags select; `--all` counts as well. */
export const isSelected = ({ flags }: Call): boolean =>
  (flags.has('selector') && flags.text('selector') !== '') ||
  (flags.has('field-selector') && flags.text('field-selector') !== '');
