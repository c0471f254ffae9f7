import type { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import type { Pod } from '../pod.ts';
import type { VolumeSources } from '../volumes/volume-sources.ts';

const DEFAULT_SECONDS = 3600;

/** Tokens of the pod's account that a driver asks for, by audience, as it is told of them; `undefined` for none. */
export async function volumeTokens(
  pod: Pod,
  spec: CSIDriver['spec'] | undefined,
  { token }: Pick<VolumeSources, 'token'>,
): Promise<{ readonly text: string; readonly renewAtMs: number } | undefined> {
  const requests = spec?.tokenRequests ?? [];
  if (requests.length === 0) return undefined;
  const byAudience: Record<string, unknown> = {};
  let renewAtMs = Infinity;
  for (const { audience, expirationSeconds = DEFAULT_SECONDS } of requests) {
    const issued = await token(pod, { audience, expirationSeconds });
    byAudience[audience] = { token: issued.token, expirationTimestamp: issued.expirationTimestamp };
    renewAtMs = Math.min(renewAtMs, issued.renewAtMs);
  }
  return { text: JSON.stringify(byAudience), renewAtMs };
}
