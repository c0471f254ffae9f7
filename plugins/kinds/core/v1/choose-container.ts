import { badRequestError } from '../../../../src/api/status-error.ts';
import type { Pod } from './pod.ts';

/** The container that a request without, or with, a name means; throws as the API server does. */
export function chooseContainer(pod: Pod, asked: string): string {
  const { name } = pod.metadata;
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  if (asked !== '') {
    if ([...containers, ...initContainers, ...ephemeralContainers].some(each => each.name === asked)) return asked;
    throw badRequestError(`container ${asked} is not valid for pod ${name}`);
  }
  const [only] = containers;
  if (containers.length === 1 && only !== undefined) return only.name;
  const names = (list: readonly { readonly name: string }[]): string => list.map(each => each.name).join(' ');
  const init = initContainers.length === 0 ? '' : ` or one of the init containers: [${names(initContainers)}]`;
  const ephemeral =
    ephemeralContainers.length === 0 ? '' : ` or one of the ephemeral containers: [${names(ephemeralContainers)}]`;
  throw badRequestError(
    `a container name must be specified for pod ${name}, choose one of: [${names(containers)}]${init}${ephemeral}`,
  );
}
