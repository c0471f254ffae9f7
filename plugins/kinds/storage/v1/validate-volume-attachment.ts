import {
  forbidden,
  invalid,
  placed,
  placedAfter,
  required,
  tooLong,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { validateFields } from '../../../../src/api/validate-fields.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { persistentVolumeSourceProps, type InlineVolumeSpec } from '../../core/v1/persistent-volume-spec.ts';
import { validateAccessModes } from '../../core/v1/validate-access-modes.ts';
import { csiSourceErrors } from '../../core/v1/validate-disks.ts';
import { driverNameErrors } from './driver-name-errors.ts';
import type { VolumeAttachmentSpec, VolumeAttachmentStatus, VolumeError } from './volume-attachment-spec.ts';

interface AttachmentLike {
  readonly spec: VolumeAttachmentSpec;
  readonly status: VolumeAttachmentStatus;
}

const MAX_METADATA_BYTES = 256 * 1024;
const MAX_MESSAGE_BYTES = 1024;
const ONE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
const INLINE = 'in the context of inline volumes';

export function validateVolumeAttachment({ spec, status }: AttachmentLike): readonly FieldError[] {
  const { attacher, source, nodeName } = spec;
  const { attachmentMetadata = {}, attachError, detachError } = status;
  const bytes = Object.entries(attachmentMetadata).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  const volume = source.persistentVolumeName;
  const nameErrors = (volume === undefined ? [] : subdomainProblems(volume)).map(problem =>
    invalid('spec.source.persistentVolumeName', volume, problem),
  );
  return [
    ...driverNameErrors(attacher, 'spec.attacher'),
    ...sourceErrors(source, 'spec.source'),
    ...subdomainProblems(nodeName).map(problem => invalid('spec.nodeName', nodeName, problem)),
    ...(bytes > MAX_METADATA_BYTES ? [tooLong('status.attachmentMetadata', MAX_METADATA_BYTES)] : []),
    ...errorErrors(attachError, 'status.attachError'),
    ...errorErrors(detachError, 'status.detachError'),
    ...placed('status.~', nameErrors),
  ];
}

/** A wish is not changed: another one is another object. */
export function validateVolumeAttachmentUpdate(
  { spec }: AttachmentLike,
  { spec: old }: AttachmentLike,
): readonly FieldError[] {
  return isDeepEqual(spec, old) ? [] : [invalid('spec', asGoPrints(spec), 'field is immutable')];
}

/** In Go's own type, which has no names for JSON. */
const asGoPrints = ({ attacher, source, nodeName }: VolumeAttachmentSpec): object => ({
  Attacher: attacher,
  Source: {
    PersistentVolumeName: source.persistentVolumeName ?? null,
    InlineVolumeSpec: source.inlineVolumeSpec ?? null,
  },
  NodeName: nodeName,
});

function sourceErrors(
  { inlineVolumeSpec: inline, persistentVolumeName: name }: VolumeAttachmentSpec['source'],
  field: string,
): readonly FieldError[] {
  if (inline !== undefined)
    return name === undefined ? inlineErrors(inline, `${field}.inlineVolumeSpec`) : [forbidden(field, ONE)];
  if (name === undefined) return [required(field, ONE)];
  return name === '' ? [required(`${field}.persistentVolumeName`, 'must specify non empty persistentVolumeName')] : [];
}

/** Only what a driver of CSI mounts goes without an object of its own. */
function inlineErrors(spec: InlineVolumeSpec, field: string): readonly FieldError[] {
  const { accessModes = [], persistentVolumeReclaimPolicy: policy = 'Retain', volumeMode = 'Filesystem' } = spec;
  const no = `may not be specified ${INLINE}`;
  const wrong = (isWrong: boolean, name: string, detail: string): readonly FieldError[] =>
    isWrong ? [forbidden(`${field}.${name}`, detail)] : [];
  return [
    ...placed(field, [
      ...wrong(spec.claimRef !== undefined, 'claimRef', no),
      ...wrong(Object.keys(spec.capacity ?? {}).length > 0, 'capacity', no),
      ...(spec.csi === undefined ? [required(`${field}.csi`, `has to be specified ${INLINE}`)] : []),
    ]),
    ...(accessModes.length === 0 ? [required(`${field}.accessModes`)] : []),
    ...validateAccessModes(accessModes, `${field}.accessModes`),
    ...wrong(policy !== 'Retain', 'persistentVolumeReclaimPolicy', `may only be Retain ${INLINE}`),
    ...wrong(spec.nodeAffinity !== undefined, 'nodeAffinity', no),
    ...sourcesErrors(spec, field),
    ...wrong((spec.storageClassName ?? '') !== '', 'storageClassName', no),
    ...wrong(volumeMode !== 'Filesystem', 'volumeMode', `may not specify volumeMode other than Filesystem ${INLINE}`),
  ];
}

function sourcesErrors(spec: InlineVolumeSpec, field: string): readonly FieldError[] {
  const names = Object.keys(persistentVolumeSourceProps).filter(name => Object.hasOwn(spec, name));
  const others = names.slice(1).map(name => forbidden(`${field}.${name}`, 'may not specify more than 1 volume type'));
  if (names.length === 0) return placedAfter(`${field}.csi`, [required(field, 'must specify a volume type')]);
  if (names[0] !== 'csi' || spec.csi === undefined) return others;
  const { node } = persistentVolumeSourceProps.csi;
  return [...validateFields(node, spec.csi, `${field}.csi`), ...csiSourceErrors(spec.csi.driver, `${field}.csi`)];
}

/** Of a message that is too long upstream tells another limit than the one it keeps to. */
function errorErrors(error: VolumeError | undefined, field: string): readonly FieldError[] {
  if (error === undefined) return [];
  const { message = '', errorCode = 0 } = error;
  return [
    ...(Buffer.byteLength(message) > MAX_MESSAGE_BYTES ? [tooLong(`${field}.message`, MAX_METADATA_BYTES)] : []),
    ...(errorCode < 0 ? [invalid(`${field}.errorCode`, errorCode, 'must be between 0 and 2147483647, inclusive')] : []),
  ];
}
