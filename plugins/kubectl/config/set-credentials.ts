import { bool, text } from '../command/flag.ts';
import { usageFailure, type Verb } from '../command/verb.ts';
import { withField } from '../dig.ts';
import { Failure } from '../failures.ts';
import { withEntryFile } from './with-entry-file.ts';

export const setCredentialsVerb: Verb = {
  usage:
    'NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password]',
  about: 'Set a user entry in kubeconfig.',
  flags: [
    text('client-certificate', 'File of the certificate.'),
    text('client-key', 'File of its key.'),
    bool('embed-certs', 'Keep what the files hold.'),
    text('password', 'Password of the user.'),
    text('token', 'Token of the user.'),
    text('username', 'Name of the user.'),
  ],
  async run(call) {
    const { args, flags, cluster, terminal } = call;
    const [name] = args;
    if (args.length !== 1 || name === undefined) throw usageFailure(call, `Unexpected args: [${args.join(' ')}]`);
    if (flags.text('token') !== '' && flags.text('username') !== '') {
      throw new Failure(
        'you cannot specify more than one authentication method at the same time: --token, --username/--password',
      );
    }
    const config = await cluster.kubeconfig.read({ mayMiss: true });
    let value = config.users.get(name)?.value ?? {};
    for (const field of ['token', 'username', 'password']) {
      if (flags.isGiven(field)) value = withField(value, [field], flags.text(field) || undefined);
    }
    value = await withEntryFile(call, await withEntryFile(call, value, 'client-certificate'), 'client-key');
    await cluster.kubeconfig.setEntry('users', name, value);
    terminal.out(`User ${JSON.stringify(name)} set.\n`);
  },
};
