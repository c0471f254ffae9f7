import { definePlugin } from '../../src/kernel/plugin.ts';
import { withinDeadline } from '../../src/base/within-deadline.ts';
import { metricSources } from '../apiserver/contract.ts';
import { AuditCounts } from './audit-counts.ts';
import { auditConfig, readAuditSettings } from './audit-settings.ts';
import { auditorOf } from './auditor.ts';
import { auditors } from './contract.ts';
import { CLOSE_MS } from './limits.ts';
import { openSinks } from './sinks/open-sinks.ts';
import { readPolicyFile } from './read-policy.ts';

export default definePlugin({
  name: 'audit',
  description: 'puts on record who asked for what and what became of it, as far as a policy says',
  essential: true,
  config: auditConfig,
  async start({ config, world, log, contribute, defer }) {
    const settings = readAuditSettings(config);
    if (config.auditPolicyFile === '') return;
    const { policy, complaints } = await readPolicyFile(world.files, config.auditPolicyFile);
    if (complaints.length > 0) log.warn('the audit policy says what is passed over', { complaints });
    const counts = new AuditCounts(log);
    const sink = await openSinks({ world, log, counts, userAgent: 'tiphys' }, settings);
    if (sink === undefined) return;
    defer(async () => {
      try {
        await withinDeadline(world.timers, CLOSE_MS, 'events were not delivered in time', sink.close());
      } catch (error) {
        log.error('audit events were lost as the server stopped', { error });
      }
    });
    contribute(metricSources, { collect: () => counts.metrics() });
    contribute(auditors, auditorOf({ clock: world.clock, log, sink, counts }, policy));
  },
});
