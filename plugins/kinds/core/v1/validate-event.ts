import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { qualifiedNameProblems, subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { EventObject } from './event-object.ts';

const MAX_WORD_BYTES = 128;
const MAX_NOTE_BYTES = 1024;

/** Rules of events of both groups; core validation's legacyValidateEvent. `controller` is what its reporter is called. */
export function validateEvent(event: EventObject, controller: string): readonly FieldError[] {
  const namespace = event.metadata.namespace ?? '';
  return [
    ...validateNamespace(event, namespace),
    ...(event.eventTime === null ? [] : validateReport(event, controller)),
    ...subdomainProblems(namespace).map(problem => invalid('namespace', namespace, problem)),
  ];
}

/** An event lies where its object does; those of objects without a namespace, in a few well known ones. */
function validateNamespace({ involvedObject, eventTime }: EventObject, namespace: string): readonly FieldError[] {
  const { namespace: about = '' } = involvedObject;
  const isTimed = eventTime !== null;
  const fits =
    about === '' ? namespace === 'default' || (isTimed && namespace === 'kube-system') : isTimed || about === namespace;
  return fits ? [] : [invalid('involvedObject.namespace', about, 'does not match event.namespace')];
}

/** What an event that has a time, and so is of the new kind, must say. */
function validateReport(event: EventObject, controller: string): readonly FieldError[] {
  const { reportingComponent, reportingInstance, action = '', reason = '', message = '' } = event;
  return [
    ...(reportingComponent === '' ? [required(controller)] : []),
    ...qualifiedNameProblems(reportingComponent).map(problem => invalid(controller, reportingComponent, problem)),
    ...word('reportingInstance', reportingInstance),
    ...word('action', action),
    ...word('reason', reason),
    ...short('message', message, MAX_NOTE_BYTES),
  ];
}

const word = (field: string, text: string): readonly FieldError[] => [
  ...(text === '' ? [required(field)] : []),
  ...short(field, text, MAX_WORD_BYTES),
];

const short = (field: string, text: string, max: number): readonly FieldError[] =>
  Buffer.byteLength(text) > max ? [invalid(field, '', `can have at most ${max} characters`)] : [];
