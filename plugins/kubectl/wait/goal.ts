import { goText } from '../../../src/base/go-text.ts';
import { listAt, numberAt, textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { JsonPath, relaxedJsonPath } from '../print/jsonpath.ts';

/** What an object is waited to be. */
export interface Goal {
  readonly type: 'create' | 'delete' | 'condition' | 'jsonpath';
  readonly isMet: (object: unknown) => boolean;
}

export function goalOf(text: string): Goal {
  const lower = text.toLowerCase();
  if (lower === 'delete') return { type: 'delete', isMet: () => false };
  if (lower === 'create') return { type: 'create', isMet: () => true };
  if (lower.startsWith('condition=')) return conditionGoal(text.slice('condition='.length));
  if (lower.startsWith('jsonpath=')) return jsonPathGoal(text.slice('jsonpath='.length));
  throw new Failure(`unrecognized condition: ${JSON.stringify(text)}`);
}

function conditionGoal(text: string): Goal {
  const [name = '', value = 'true'] = text.split('=');
  return {
    type: 'condition',
    isMet(object) {
      const condition = listAt(object, 'status', 'conditions').find(
        each => textAt(each, 'type').toLowerCase() === name.toLowerCase(),
      );
      if (condition === undefined) return false;
      const observed = numberAt(condition, 'observedGeneration') ?? numberAt(object, 'status', 'observedGeneration');
      const generation = numberAt(object, 'metadata', 'generation');
      if (observed !== undefined && generation !== undefined && observed < generation) return false;
      return textAt(condition, 'status').toLowerCase() === value.toLowerCase();
    },
  };
}

function jsonPathGoal(text: string): Goal {
  const [, path = '', value] = /^(\{[\s\S]*?\}(?=$|=)|[^={}]+)(?:=([\s\S]*))?$/.exec(text) ?? [];
  if (path === '')
    throw new Failure(
      `jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'`,
    );
  if (value === '') throw new Failure('jsonpath wait has to have a value after equal sign');
  const wanted = value?.replace(/^(["'])([\s\S]*)\1$/, '$2');
  const compiled = new JsonPath(path.includes('?') ? path : relaxedJsonPath(path));
  return {
    type: 'jsonpath',
    isMet(object) {
      const [found, ...more] = foundBy(compiled, object);
      if (found === undefined) return false;
      if (more.length > 0) throw new Failure('given jsonpath expression matches more than one value');
      if (typeof found === 'object' && found !== null && wanted !== undefined) {
        throw new Failure('jsonpath leads to a nested object or list');
      }
      return wanted === undefined || goText(found) === wanted;
    },
  };
}

function foundBy(path: JsonPath, object: unknown): readonly unknown[] {
  try {
    return path.find(object).flat();
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
