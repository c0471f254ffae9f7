import { parseFieldSelector, type FieldMatcher } from './field-selector.ts';
import { parseLabelSelector, type LabelMatcher } from './label-selector.ts';
import type { AnyObject } from './object-meta.ts';
import type { ResourceDefinition } from './resource.ts';

/** Which objects of a kind a list or watch is about: both selectors together. */
export interface Selection {
  readonly everything: boolean;
  /** The one object asked for by name, if so. */
  readonly name: string | undefined;
  readonly fields: FieldMatcher;
  readonly labels: LabelMatcher;
  matches(object: AnyObject): boolean;
}

/** Throws `StatusError` BadRequest. */
export function parseSelection(
  resource: ResourceDefinition,
  { labelSelector = '', fieldSelector = '' }: { readonly labelSelector?: string; readonly fieldSelector?: string },
): Selection {
  const labels = parseLabelSelector(labelSelector);
  const fields = parseFieldSelector(resource, fieldSelector);
  return {
    everything: labels.everything && fields.everything,
    name: fields.exact('metadata.name'),
    fields,
    labels,
    matches: object => fields.matches(object) && labels.matches(object.metadata.labels),
  };
}
