import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { portProblems } from '../../../../src/base/port-problems.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { readWebhookUrl } from './read-webhook-url.ts';
import type { WebhookClientConfig } from './webhook-client-config.ts';

/** Where and how a webhook is asked; also of those that convert custom resources. */
export function validateWebhookClient(field: string, { url, service }: WebhookClientConfig): readonly FieldError[] {
  if ((url === undefined) === (service === undefined)) {
    return [required(field, 'exactly one of url or service is required')];
  }
  if (url !== undefined) return urlErrors(`${field}.url`, url);
  return service === undefined ? [] : serviceErrors(`${field}.service`, service);
}

const FORM = '; desired format: https://host[/path]';

function urlErrors(field: string, text: string): readonly FieldError[] {
  const url = readWebhookUrl(text);
  if ('problem' in url) return [required(field, `url must be a valid URL: ${url.problem}${FORM}`)];
  const { scheme, host, user, query, fragment } = url;
  return [
    ...(scheme === 'https' ? [] : [invalid(field, scheme, `'https' is the only allowed URL scheme${FORM}`)]),
    ...(host === '' ? [invalid(field, host, `host must be specified${FORM}`)] : []),
    ...(user === undefined ? [] : [invalid(field, user, 'user information is not permitted in the URL')]),
    ...(fragment === '' ? [] : [invalid(field, fragment, 'fragments are not permitted in the URL')]),
    ...(query === '' ? [] : [invalid(field, query, 'query parameters are not permitted in the URL')]),
  ];
}

type Service = NonNullable<WebhookClientConfig['service']>;

function serviceErrors(field: string, { name, namespace, path, port }: Service): readonly FieldError[] {
  const problems = portProblems(port);
  return [
    ...(name === '' ? [required(`${field}.name`)] : []),
    ...(namespace === '' ? [required(`${field}.namespace`)] : []),
    ...(problems.length === 0 ? [] : [invalid(`${field}.port`, port, `port is not valid: ${problems.join(', ')}`)]),
    ...(path === undefined ? [] : pathErrors(`${field}.path`, path)),
  ];
}

function pathErrors(field: string, path: string): readonly FieldError[] {
  if (path === '' || path === '/') return [];
  if (path === '//') return [invalid(field, path, 'segment[0] may not be empty')];
  const steps = path.slice(1).replace(/\/$/, '').split('/');
  return [
    ...(path.startsWith('/') ? [] : [invalid(field, path, "must start with a '/'")]),
    ...steps.flatMap((step, index) =>
      step === ''
        ? [invalid(field, path, `segment[${index}] may not be empty`)]
        : subdomainProblems(step).map(problem => invalid(field, path, `segment[${index}]: ${problem}`)),
    ),
  ];
}
