import type { FastifyServerOptions } from 'fastify';

const refuse = (): never => {
  throw new Error('no route has a schema');
};

/** For servers whose routes have no schemas: what would compile them, a hundred files, is not loaded at all. */
export const withoutRouteSchemas: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: refuse, buildSerializer: refuse },
};
