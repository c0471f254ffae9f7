import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateMetadata } from '../../../../src/api/validate-metadata.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import type { EventObject } from '../../core/v1/event-object.ts';
import type { ObjectReference } from '../../core/v1/object-reference.ts';

/** What is asked of a new event of this group besides the rules of both. Fields have their names in the core. */
export function validateNewEvent(event: EventObject): readonly FieldError[] {
  const { eventTime, type, firstTimestamp, lastTimestamp, count, source } = event;
  const leftOver = {
    firstTimestamp: firstTimestamp !== null,
    lastTimestamp: lastTimestamp !== null,
    count: count !== undefined,
    source: source.component !== undefined || source.host !== undefined,
  };
  return [
    ...validateMetadata({ scope: 'Namespaced' }, event.metadata),
    ...validateSeries(event),
    ...(eventTime === null ? [required('eventTime')] : []),
    ...(type === 'Normal' || type === 'Warning' ? [] : [invalid('type', '', `has invalid value: ${type ?? ''}`)]),
    ...Object.entries(leftOver).flatMap(([field, isSet]) => (isSet ? [invalid(field, '', 'needs to be unset')] : [])),
  ];
}

function validateSeries({ series }: EventObject): readonly FieldError[] {
  if (series === undefined) return [];
  return [
    ...((series.count ?? 0) < 2 ? [invalid('series.count', '', 'should be at least 2')] : []),
    ...(series.lastObservedTime === null ? [required('series.lastObservedTime')] : []),
  ];
}

/** What may not change, in upstream's order, as Go prints it. */
const fixed = (event: EventObject): Readonly<Record<string, unknown>> => ({
  involvedObject: referenceAsGo(event.involvedObject),
  reason: event.reason ?? '',
  message: event.message ?? '',
  source: { Component: event.source.component ?? '', Host: event.source.host ?? '' },
  firstTimestamp: event.firstTimestamp,
  lastTimestamp: event.lastTimestamp,
  count: event.count ?? 0,
  type: event.type ?? '',
  eventTime: event.eventTime,
  action: event.action ?? '',
  related: event.related === undefined ? null : referenceAsGo(event.related),
  reportingController: event.reportingComponent,
  reportingInstance: event.reportingInstance,
});

/** Go's own type of a reference has no names for JSON. */
const referenceAsGo = (reference: ObjectReference): object => ({
  Kind: reference.kind ?? '',
  Namespace: reference.namespace ?? '',
  Name: reference.name ?? '',
  UID: reference.uid ?? '',
  APIVersion: reference.apiVersion ?? '',
  ResourceVersion: reference.resourceVersion ?? '',
  FieldPath: reference.fieldPath ?? '',
});

/** All that changes of an event is its series. */
export function validateEventUpdate(event: EventObject, old: EventObject): readonly FieldError[] {
  const before = fixed(old);
  return [
    ...(isDeepEqual(event.series, old.series) ? [] : validateSeries(event)),
    ...Object.entries(fixed(event))
      .filter(([field, value]) => !isDeepEqual(value, before[field]))
      .map(([field, value]) => invalid(field, value, 'field is immutable')),
  ];
}
