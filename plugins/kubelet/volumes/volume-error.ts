/** Why a volume could not be set up now; the pod waits and tries again when what it needs changes. */
export class VolumeError extends Error {
  readonly code: 'NotFound' | 'WrongType' | 'Unsupported' | 'Invalid' | 'Io';
  constructor(code: VolumeError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VolumeError';
    this.code = code;
  }
}
