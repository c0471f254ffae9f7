import { expect, it } from 'vitest';
import { startHook } from './start-hook.ts';

it('what a server starts with is not healthy until it is done', () => {
  const { healthCheck, done } = startHook('rbac/bootstrap-roles');
  expect(healthCheck).toMatchObject({ name: 'poststarthook/rbac/bootstrap-roles', live: true });
  expect(healthCheck.check).toThrow('not finished');
  done();
  expect(healthCheck.check).not.toThrow();
});
