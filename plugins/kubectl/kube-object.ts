import { isRecord } from '../../src/base/is-record.ts';
import { textAt, type Fields } from './dig.ts';

/** An object as JSON has it; of kinds only the server knows. */
export interface KubeObject extends Fields {
  readonly apiVersion: string;
  readonly kind: string;
}

export const isKubeObject = (value: unknown): value is KubeObject =>
  isRecord(value) && typeof value['apiVersion'] === 'string' && typeof value['kind'] === 'string';

export const nameOf = (object: unknown): string => textAt(object, 'metadata', 'name');
export const namespaceOf = (object: unknown): string => textAt(object, 'metadata', 'namespace');

/** `apps` of `apps/v1`; '' for the core group. */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
export const versionOf = (apiVersion: string): string => apiVersion.split('/').at(-1) ?? '';
