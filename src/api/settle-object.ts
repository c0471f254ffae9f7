import { applyDefaults } from '../schema/defaults.ts';
import type { AnyObject } from './object-meta.ts';
import { objectMeta } from './object-meta-schema.ts';
import type { Resource } from './resource.ts';

/**
 * The object as its kind stores it: constant defaults, then those that depend on other fields; metadata
 * in canonical form. Shares what it keeps. Values of a wrong type are left for validation to judge. What is shared with
 * `before`, which was settled already, is not gone through again.
 */
export function settleObject(resource: Resource, object: AnyObject, before?: AnyObject): AnyObject {
  const settled = resource.custom?.settle(object) ?? (applyDefaults(resource.fields, object, before) as AnyObject);
  const metadata = applyDefaults(objectMeta.node, object.metadata, before?.metadata) as AnyObject['metadata'];
  const whole = metadata === settled.metadata ? settled : { ...settled, metadata };
  return resource.defaults?.(whole) ?? whole;
}
