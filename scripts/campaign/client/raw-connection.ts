/** @file A WebSocket connection by hand: sends any bytes, reads only when it likes to. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { delay, waitFor, within } from '../product/wait.js';
import type { Descriptor } from './descriptor.js';
import { identify, type Message } from './messages.js';

export interface FrameOptions {
  readonly fin?: boolean;
  readonly masked?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  /** Length that the frame announces, when it is not the payload's. */
  readonly announced?: number;
}

/** A WebSocket frame from a client (RFC 6455, 5.2). The mask is all zeros, so that the payload stays as it is. */
export function frame(opcode: number, payload: Buffer, options: FrameOptions = {}): Buffer {
  const { fin = true, masked = true, reserved = 0, announced = payload.length } = options;
  const maskBit = masked ? 0x80 : 0;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  let head: Buffer;
  if (announced < 126) head = Buffer.from([first, maskBit | announced]);
  else if (announced < 65536) {
    head = Buffer.from([first, maskBit | 126, 0, 0]);
    head.writeUInt16BE(announced, 2);
  } else {
    head = Buffer.from([first, maskBit | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.writeBigUInt64BE(BigInt(announced), 2);
  }
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), payload]);
}

export const textFrame = (message: object | string): Buffer =>
  frame(1, Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));

export class RawConnection {
  /** Text messages that came while it was reading. */
  readonly messages: Message[] = [];
  /** Code of the daemon's close frame; undefined while there is none, or when the connection ended without one. */
  closeCode: number | undefined;
  isClosed = false;
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #isUpgraded = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#parse();
    });
  }

  /** Opens a WebSocket with the right token. */
  static async open({ url, token }: Descriptor): Promise<RawConnection> {
    const { port, host } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    await within(30, 'Connecting', once(socket, 'connect'));
    const connection = new RawConnection(socket);
    socket.write(
      `GET /socket HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    const hello = await connection.next('hello', 30);
    if (hello === undefined) throw new Error('The daemon did not say hello within 30 s.');
    return connection;
  }

  /** Opens a WebSocket and identifies. */
  static async openIdentified(descriptor: Descriptor): Promise<RawConnection> {
    const connection = await RawConnection.open(descriptor);
    connection.write(textFrame(identify));
    await connection.next('welcome', 30);
    return connection;
  }

  write(bytes: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** Writes as fast as the daemon takes it, for at most `seconds`; the bytes that it has taken. */
  async pour(bytes: Buffer, seconds: number): Promise<number> {
    const before = this.#socket.bytesWritten;
    this.write(bytes);
    await waitFor(seconds, () => this.#socket.writableLength === 0 || this.#socket.destroyed || undefined);
    return this.#socket.bytesWritten - before - this.#socket.writableLength;
  }

  /** From now on nothing is read. */
  pause(): void {
    this.#socket.pause();
  }

  /** The first message of a type, past or to come; undefined when the connection ends or `seconds` are over before. */
  async next(type: string, seconds: number): Promise<Message | undefined> {
    const find = (): Message | undefined => this.messages.find((message) => message.type === type);
    const found = await waitFor(seconds, () => find() ?? (this.isClosed ? 'closed' : undefined), 5);
    return found === 'closed' ? find() : found;
  }

  /** Waits for the end of the connection; whether it came within `seconds`. */
  async ended(seconds: number): Promise<boolean> {
    return (await waitFor(seconds, () => this.isClosed || this.closeCode !== undefined || undefined)) !== undefined;
  }

  async destroy(): Promise<void> {
    this.#socket.destroy();
    await delay(0);
  }

  #parse(): void {
    if (!this.#isUpgraded) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#isUpgraded = true;
      this.#received = this.#received.subarray(end + 4);
    }
    for (;;) {
      const [first, second] = this.#received;
      if (first === undefined || second === undefined) return;
      const short = second & 0x7f;
      const head = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (this.#received.length < head) return;
      const length =
        short === 127
          ? Number(this.#received.readBigUInt64BE(2))
          : short === 126
            ? this.#received.readUInt16BE(2)
            : short;
      if (this.#received.length < head + length) return;
      const payload = this.#received.subarray(head, head + length);
      this.#received = this.#received.subarray(head + length);
      const opcode = first & 0x0f;
      if (opcode === 1) this.messages.push(JSON.parse(payload.toString('utf8')) as Message);
      if (opcode === 8) this.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    }
  }
}
