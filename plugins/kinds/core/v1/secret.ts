import { validateSecret, validateSecretUpdate } from './validate-secret.ts';
import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { tlsProblem } from './tls-problem.ts';
import { boolean, bytes, map, string } from '../../../../src/schema/schema.ts';

/** What columns are computed from. */
interface Parts {
  readonly type: string;
  readonly data?: Readonly<Record<string, string>>;
}

export const Secret = defineResource({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  scope: 'Namespaced',
  doc: 'Confidential keys and values, for pods to read.',
  openapiName: 'io.k8s.api.core.v1.Secret',
  fields: {
    immutable: boolean().optional().doc('It cannot change any more.').at(5),
    data: map(bytes()).omitEmpty().doc('Bytes by key, in base64.').at(2),
    stringData: map(string()).omitEmpty().doc('Texts by key; written into data.').at(4),
    type: string().whenEmpty('Opaque').doc('What its keys mean.').at(3),
  },
  columns: [
    nameColumn,
    text('Type', 'What its keys mean.', ({ type }: Parts) => type),
    text('Data', 'How many keys it has.', ({ data = {} }: Parts) => Object.keys(data).length),
    ageColumn,
  ],
  selectableFields: {
    type: ({ type }) => type,
  },
  /** `stringData` is for writing only. */
  defaults: secret => {
    if (secret.stringData === undefined) return secret;
    const { stringData, ...rest } = secret;
    const written = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
    return { ...rest, data: { ...rest.data, ...Object.fromEntries(written) } };
  },
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warnings: secretWarnings,
});
/** A key that does not fit its certificate is stored, and said to be so. */
function secretWarnings({ type, data = {} }: Parts): readonly string[] {
  if (type !== 'kubernetes.io/tls') return [];
  const [certificate = '', key = ''] = ['tls.crt', 'tls.key'].map(name =>
    Buffer.from(data[name] ?? '', 'base64').toString('latin1'),
  );
  const problem = tlsProblem({ certificate, key });
  return problem === undefined ? [] : [problem];
}
export type Secret = ObjectOf<typeof Secret>;
