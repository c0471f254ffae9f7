/** A container that cannot be described to the runtime; shown as its waiting reason and in an event. */
export class ContainerConfigError extends Error {
  readonly code: 'CreateContainerConfigError' | 'CreateContainerError' | 'RunContainerError';
  constructor(code: ContainerConfigError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ContainerConfigError';
    this.code = code;
  }
}
