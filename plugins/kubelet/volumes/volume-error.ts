/** Why a volume could not be set up now; the pod waits and tries again when what it needs changes. */
export class VolumeError extends Error {
  /** `Mount`: the message names the step and the volume already. */
  readonly code: 'NotFound' | 'WrongType' | 'Unsupported' | 'Invalid' | 'Io' | 'Mount';
  constructor(code: VolumeError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VolumeError';
    this.code = code;
  }
}
