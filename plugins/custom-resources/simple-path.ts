import type { AnyObject } from '../../src/api/object-meta.ts';
import { findJsonPath } from '../../src/base/json-path.ts';
import { JsonPathError, parseJsonPath } from '../../src/base/json-path-template.ts';

/** Reads what stands first at a path that definitions name, `.spec.replicas`; undefined where nothing does. */
export function simplePath(path: string): (object: AnyObject) => unknown {
  const template = parseJsonPath(`{${path}}`);
  return object => {
    try {
      return findJsonPath(template, object)[0]?.[0];
    } catch (error) {
      if (error instanceof JsonPathError) return undefined;
      throw error;
    }
  };
}
