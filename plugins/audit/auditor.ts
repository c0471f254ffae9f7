import type { Auditor } from './contract.ts';
import { recordingBy, type Policy } from './policy.ts';
import { Trail, type TrailParts } from './trail.ts';

/** Keeps records as a policy says. */
export function auditorOf(parts: TrailParts, policy: Policy): Auditor {
  const recordingOf = recordingBy(policy);
  return {
    open(request) {
      const recording = recordingOf(request.info, request.user);
      parts.counts.level(recording.level);
      return recording.level === 'None' ? undefined : new Trail(parts, recording, request);
    },
  };
}
