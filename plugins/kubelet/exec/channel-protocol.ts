/** How bytes of several channels share one WebSocket; apimachinery util/remotecommand and wsstream. */
export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

export interface ChannelProtocol {
  readonly name: string;
  /** Whether the error channel carries a Status, or bare text. */
  readonly statusOnError: boolean;
  /** Whether channel 255 half-closes another. */
  readonly canClose: boolean;
  encode(channel: number, payload: Uint8Array): Buffer | string;
  /** `undefined` for what is no message of this protocol. */
  decode(message: Buffer): { readonly channel: number; readonly payload: Buffer } | undefined;
}

const binary = (name: string, statusOnError: boolean, canClose: boolean): ChannelProtocol => ({
  name,
  statusOnError,
  canClose,
  encode: (channel, payload) => Buffer.concat([Buffer.from([channel]), payload]),
  decode: message => {
    const [channel] = message;
    return channel === undefined ? undefined : { channel, payload: message.subarray(1) };
  },
});

/** Each message is text: a digit for the channel, then base64. */
const base64 = (name: string, statusOnError: boolean): ChannelProtocol => ({
  name,
  statusOnError,
  canClose: false,
  encode: (channel, payload) => `${channel}${Buffer.from(payload).toString('base64')}`,
  decode: message => {
    const channel = (message[0] ?? 0) - 0x30;
    if (channel < 0 || channel > 9) return undefined;
    return { channel, payload: Buffer.from(message.toString('latin1', 1), 'base64') };
  },
});

/** All that are spoken; a client names those it can, the one it likes best first. */
export const PROTOCOLS: ReadonlyMap<string, ChannelProtocol> = new Map(
  [
    binary('v5.channel.k8s.io', true, true),
    binary('v4.channel.k8s.io', true, false),
    binary('channel.k8s.io', false, false),
    base64('v4.base64.channel.k8s.io', true),
    base64('base64.channel.k8s.io', false),
  ].map(protocol => [protocol.name, protocol]),
);
