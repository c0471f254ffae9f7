import { forbidden, notSupported, type FieldError } from '../../../../src/api/field-error.ts';

const ACCESS_MODES: readonly string[] = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** Of claims and volumes alike: known ones, and the one for a single pod by itself. */
export function validateAccessModes(modes: readonly string[], field: string): readonly FieldError[] {
  const known = modes.filter(mode => ACCESS_MODES.includes(mode));
  const isMixed = known.includes('ReadWriteOncePod') && known.some(mode => mode !== 'ReadWriteOncePod');
  return [
    ...modes.filter(mode => !ACCESS_MODES.includes(mode)).map(mode => notSupported(field, mode, ACCESS_MODES)),
    ...(isMixed ? [forbidden(field, 'may not use ReadWriteOncePod with other access modes')] : []),
  ];
}
