import { list, text } from '../command/flag.ts';
import { Failure } from '../failures.ts';
import { generatorVerb, newMetadata } from './generator.ts';

export const quotaVerb = generatorVerb({
  usage: 'NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2]',
  about: 'Create a resource quota with the specified name, hard limits, and optional scopes.',
  flags: [text('hard', 'Limits as key=value,...'), list('scopes', 'What it counts.')],
  namespaced: true,
  failed: 'failed to create quota',
  build({ flags }, name) {
    const hard = flags
      .text('hard')
      .split(',')
      .filter(part => part !== '')
      .map(part => {
        const [key = '', value, ...more] = part.split('=');
        if (value === undefined || more.length > 0)
          throw new Failure(`Invalid argument syntax ${part}, expected <resource>=<value>`);
        return [key, value] as const;
      });
    const scopes = flags.list('scopes');
    return {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: newMetadata(name),
      spec: {
        ...(hard.length > 0 ? { hard: Object.fromEntries(hard) } : {}),
        ...(scopes.length > 0 ? { scopes } : {}),
      },
      status: {},
    };
  },
});
