/** Typed events about this process. What must survive a restart goes to the store instead. */
export interface EventType<T> {
  readonly id: string;
  readonly [PAYLOAD]?: T;
}
declare const PAYLOAD: unique symbol;

export const eventType = <T>(id: string): EventType<T> => Object.freeze({ id });

export interface Bus {
  /** Handlers run in order of subscription, before `emit` returns. One that throws does not stop the others. */
  emit<T>(type: EventType<T>, payload: T): void;
  on<T>(type: EventType<T>, handler: (payload: T) => void): Disposable;
}

export function createBus(onHandlerError: (error: unknown, eventId: string) => void): Bus {
  const handlers = new Map<string, Set<(payload: never) => void>>();
  return {
    emit(type, payload) {
      for (const handler of handlers.get(type.id) ?? []) {
        try {
          handler(payload as never);
        } catch (error) {
          onHandlerError(error, type.id);
        }
      }
    },
    on(type, handler) {
      const own = handlers.get(type.id) ?? new Set();
      handlers.set(type.id, own);
      own.add(handler);
      return { [Symbol.dispose]: () => void own.delete(handler) };
    },
  };
}
