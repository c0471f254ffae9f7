import { find, NO_RESOURCES } from '../builder/found.ts';
import { bool, list, text, texts } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { dig, fieldsAt, listAt, textAt, type Fields } from '../dig.ts';
import { Failure, throwAll } from '../failures.ts';
import { nameOf, type KubeObject } from '../kube-object.ts';
import { changeObjects, resourcesAndPairs, SET_FLAGS } from './change-objects.ts';
import { containerNames, namePattern, podSpecPath, withContainers } from './pod-template.ts';

export const setEnvVerb: Verb = {
  usage: 'RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  about: 'Update environment variables on a pod template.',
  flags: [
    ...SET_FLAGS,
    text('containers', 'Containers whose variables to set.', { short: 'c', fallback: '*' }),
    texts('env', 'A variable to set.', { short: 'e' }),
    text('from', 'Config map or secret to take variables of.'),
    list('keys', 'Keys to take of it.'),
    bool('list', 'Show the variables.'),
    bool('overwrite', 'Overwrite what is there.', { fallback: 'true' }),
    text('prefix', 'What is put before the names of keys.'),
    bool('resolve', 'Show what references come to.'),
  ],
  run: setEnv,
};

const FIELDS = ['containers'] as const;

async function setEnv(call: Call): Promise<void> {
  const { flags } = call;
  const { resources, pairs } = resourcesAndPairs(call.args);
  const given = [...flags.list('env'), ...pairs];
  if (resources.length === 0 && flags.list('filename').length === 0) {
    throw new Failure(NO_RESOURCES);
  }
  if (flags.bool('list')) return listEnv(call, resources);
  if (given.length === 0 && flags.text('from') === '') return;
  const set = given
    .filter(pair => pair.includes('='))
    .map(pair => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1) }));
  const removed = given.filter(pair => !pair.includes('=')).map(pair => pair.slice(0, -1));
  const variables = [...set, ...(await variablesFrom(call))];
  const isMeant = namePattern(flags.text('containers'));
  await changeObjects(call, {
    args: resources,
    operation: 'env updated',
    change({ object }) {
      const names = containerNames(object, FIELDS).filter(isMeant);
      if (names.length === 0) {
        throw new Failure(
          `${nameOf(object)} does not have any containers matching ${JSON.stringify(flags.text('containers'))}`,
        );
      }
      if (!flags.bool('overwrite')) refuseTaken(object, variables);
      return withContainers(
        object,
        isMeant,
        container => ({ ...container, env: merged(container, variables, removed) }),
        FIELDS,
      );
    },
  });
}

type Variable = Fields & { readonly name: string };

function merged(
  container: Fields,
  variables: readonly Variable[],
  removed: readonly string[],
): readonly unknown[] | undefined {
  const old = listAt(container, 'env').filter(each => !removed.includes(textAt(each, 'name')));
  const kept = old.map(each => variables.findLast(({ name }) => name === textAt(each, 'name')) ?? each);
  const added = variables.filter(
    ({ name }, i) =>
      !old.some(each => textAt(each, 'name') === name) && variables.findLastIndex(each => each.name === name) === i,
  );
  return [...kept, ...added];
}

function refuseTaken(object: KubeObject, variables: readonly Variable[]): void {
  const env = listAt(object, ...podSpecPath(object), 'containers').flatMap(container => listAt(container, 'env'));
  for (const each of env) {
    const other = variables.find(({ name }) => name === textAt(each, 'name'));
    if (other !== undefined && textAt(other, 'value') !== textAt(each, 'value')) {
      throw new Failure(`'${other.name}' already has a value (${textAt(each, 'value')}), and --overwrite is false`);
    }
  }
}

async function variablesFrom(call: Call): Promise<readonly Variable[]> {
  const { flags } = call;
  if (flags.text('from') === '') return [];
  const { found, failures } = await find(call, { args: [flags.text('from')], latest: true });
  throwAll(failures);
  const keys = flags.list('keys');
  return found.flatMap(({ object, resource, name }) => {
    if (resource.kind !== 'Secret' && resource.kind !== 'ConfigMap')
      throw new Failure(`unsupported resource specified in --from`);
    const field = resource.kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef';
    return Object.keys(fieldsAt(object, 'data'))
      .toSorted()
      .filter(key => keys.length === 0 || keys.includes(key))
      .map(key => {
        const variable = `${flags.text('prefix')}${key.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')}`;
        if (variable !== key) call.terminal.err(`Warning: key ${key} transferred to ${variable}\n`);
        return { name: variable, valueFrom: { [field]: { key, name } } };
      });
  });
}

async function listEnv(call: Call, args: readonly string[]): Promise<void> {
  const { found, failures } = await find(call, { args, latest: true });
  throwAll(failures);
  const isMeant = namePattern(call.flags.text('containers'));
  for (const each of found) {
    const path = podSpecPath(each.object);
    for (const field of ['initContainers', 'containers'] as const) {
      for (const container of listAt(each.object, ...path, field)) {
        if (!isMeant(textAt(container, 'name'))) continue;
        call.terminal.out(`# ${each.resource.kind} ${each.name}, container ${textAt(container, 'name')}
`);
        for (const variable of listAt(container, 'env')) call.terminal.out(`${variableText(variable)}\n`);
      }
    }
  }
}

function variableText(variable: unknown): string {
  const name = textAt(variable, 'name');
  const from = dig(variable, 'valueFrom');
  if (from === undefined) return `${name}=${textAt(variable, 'value')}`;
  const [secret, map, field, resource] = ['secretKeyRef', 'configMapKeyRef', 'fieldRef', 'resourceFieldRef'].map(key =>
    dig(from, key),
  );
  if (secret !== undefined) return `# ${name} from secret ${textAt(secret, 'name')}, key ${textAt(secret, 'key')}`;
  if (map !== undefined) return `# ${name} from configmap ${textAt(map, 'name')}, key ${textAt(map, 'key')}`;
  if (field !== undefined) return `# ${name} from field path ${textAt(field, 'fieldPath')}`;
  return `# ${name} from resource field ${textAt(resource, 'containerName')}, ${textAt(resource, 'resource')}`;
}
