import type { ImageConfig } from '../../images/contract.ts';
import type { ContainerSpec } from '../pod.ts';
import { ContainerConfigError } from './container-config-error.ts';
import { expandReferences } from './expand-references.ts';

/** `command` replaces the image's entrypoint and cmd, `args` its cmd alone. */
export function containerCommand(
  container: ContainerSpec,
  image: Pick<ImageConfig, 'entrypoint' | 'cmd'>,
  variables: ReadonlyMap<string, string>,
): readonly string[] {
  const expanded = (words: readonly string[] | undefined): readonly string[] =>
    (words ?? []).map(word => expandReferences(word, name => variables.get(name)));
  const command = expanded(container.command);
  const args = expanded(container.args);
  const whole =
    command.length > 0 ? [...command, ...args] : [...image.entrypoint, ...(args.length > 0 ? args : image.cmd)];
  if (whole.length === 0) throw new ContainerConfigError('CreateContainerError', 'no command specified');
  return whole;
}
