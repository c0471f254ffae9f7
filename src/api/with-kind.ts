import type { AnyObject } from './object-meta.ts';
import type { Resource } from './resource.ts';

/** Those who know the resource may leave out what it says anyway. */
export const withKind = ({ apiVersion, kind }: Resource, object: AnyObject): AnyObject =>
  object.kind === kind && object.apiVersion === apiVersion ? object : { ...object, apiVersion, kind };
