import type { Volume } from '../../kinds/core/v1/volume.ts';
import { plural, quoted, sorted, type PodCheck } from './pod-check.ts';

const ALLOWED: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

export const restrictedVolumes: PodCheck = {
  id: 'restrictedVolumes',
  level: 'restricted',
  overrides: 'hostPathVolumes',
  versions: [
    {
      since: 0,
      judge: ({ spec }) => {
        const bad = (spec.volumes ?? []).filter(volume => !ALLOWED.has(typeOf(volume)));
        if (bad.length === 0) return undefined;
        const types = sorted(bad.map(typeOf));
        const who = `${plural('volume', bad.length)} ${quoted(bad.map(({ name }) => name))}`;
        const verb = bad.length === 1 ? 'uses' : 'use';
        const detail = `${who} ${verb} ${plural('restricted volume type', types.length)} ${quoted(types)}`;
        return { reason: 'restricted volume types', detail };
      },
    },
  ],
};

const typeOf = (volume: Volume): string =>
  Object.entries(volume).find(([name, source]) => name !== 'name' && source !== undefined)?.[0] ?? 'unknown';
