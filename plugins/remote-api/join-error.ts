/** Why this machine cannot become a node of the cluster; trying again would not help. */
export class JoinError extends Error {
  readonly code: 'BadServer' | 'BadToken' | 'NoToken' | 'WrongCa' | 'Refused' | 'Denied';
  constructor(code: JoinError['code'], message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'JoinError';
    this.code = code;
  }
}
