import { CodedError } from '../../src/base/coded-error.ts';

/** Why this machine cannot become a node of the cluster; trying again would not help. */
export class JoinError extends CodedError<'BadServer' | 'BadToken' | 'NoToken' | 'WrongCa' | 'Refused' | 'Denied'> {}
