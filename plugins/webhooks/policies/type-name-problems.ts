import { CelError, CelList, CelMap, type CelResult } from '../../../src/cel/cel-value.ts';

/**
 * Where `Object.a.b{}` stands elsewhere than at `a.b` of what it is part of: types of objects in the making are told
 * by their names alone. Lists and maps around are passed through. Messages are upstream's.
 */
export function typeNameProblems(value: CelResult): readonly string[] {
  const root = value instanceof CelMap ? value.declared?.name : undefined;
  return root === undefined ? [] : problems(value, root);
}

function problems(value: CelResult, path: string): readonly string[] {
  if (value instanceof CelList) return [...value].flatMap(item => problems(item, path));
  if (!(value instanceof CelMap) || value instanceof CelError) return [];
  const { declared } = value;
  const members = value.keys().filter(key => typeof key === 'string');
  const within = members.flatMap(key => {
    return problems(value.get(key) ?? null, declared === undefined ? path : `${path}.${key}`);
  });
  if (declared === undefined || declared.name === path) return within;
  const named = JSON.stringify(declared.name);
  const asked = `expected ${JSON.stringify(path)}, which matches field name path from root Object type`;
  return [`unexpected type name ${named}, ${asked}`, ...within];
}
