import { bool, text } from '../command/flag.ts';
import { usageFailure, type Verb } from '../command/verb.ts';
import { withField } from '../dig.ts';
import { Failure } from '../failures.ts';
import { withEntryFile } from './with-entry-file.ts';

export const setClusterVerb: Verb = {
  usage:
    'NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  about: 'Set a cluster entry in kubeconfig.',
  flags: [
    text('certificate-authority', 'File of the authority.'),
    bool('embed-certs', 'Keep what the file holds.'),
    bool('insecure-skip-tls-verify', "Do not check the server's certificate."),
    text('proxy-url', 'Proxy of the cluster.'),
    text('server', 'Address of the server.', { short: 's' }),
    text('tls-server-name', "Name the server's certificate is checked for."),
  ],
  async run(call) {
    const { args, flags, cluster, terminal } = call;
    const [name] = args;
    if (args.length !== 1 || name === undefined) throw usageFailure(call, `Unexpected args: [${args.join(' ')}]`);
    if (flags.bool('insecure-skip-tls-verify') && flags.text('certificate-authority') !== '') {
      throw new Failure('you cannot specify a certificate authority and insecure mode at the same time');
    }
    const config = await cluster.kubeconfig.read({ mayMiss: true });
    let value = config.clusters.get(name)?.value ?? {};
    for (const field of ['server', 'tls-server-name', 'proxy-url']) {
      if (flags.isGiven(field)) value = withField(value, [field], flags.text(field) || undefined);
    }
    if (flags.isGiven('insecure-skip-tls-verify')) {
      value = withField(value, ['insecure-skip-tls-verify'], flags.bool('insecure-skip-tls-verify') ? true : undefined);
    }
    value = await withEntryFile(call, value, 'certificate-authority');
    await cluster.kubeconfig.setEntry('clusters', name, value);
    terminal.out(`Cluster ${JSON.stringify(name)} set.\n`);
  },
};
