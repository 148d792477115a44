/** @file Uploads of shots: as many at once as the daemon's credits allow, sent again after a reconnection. */
import type { WebSocket } from 'ws';
import { encodeFrameHead } from '../protocol/frame.js';
import type { ShotMetadata } from '../protocol/shot.js';

export type UploadStatus = 'stored' | 'duplicate';

interface Upload {
  readonly metadata: ShotMetadata;
  readonly bytes: Uint8Array;
  readonly resolve: (status: UploadStatus) => void;
  readonly reject: (error: Error) => void;
}

export class Uploads {
  #waiting: Upload[] = [];
  /** Sent, but neither acknowledged nor refused; by id. */
  readonly #sent = new Map<string, Upload>();
  #socket: WebSocket | undefined;
  #credits = 0;

  add(metadata: ShotMetadata, bytes: Uint8Array): Promise<UploadStatus> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ metadata, bytes, resolve, reject });
      this.#send();
    });
  }

  connected(socket: WebSocket, credits: number): void {
    this.#socket = socket;
    this.#credits = credits;
    this.#send();
  }

  /** What was not acknowledged will be sent again: the daemon recognises duplicates by their ids. */
  disconnected(): void {
    this.#socket = undefined;
    this.#waiting = [...this.#sent.values(), ...this.#waiting];
    this.#sent.clear();
  }

  acknowledged(id: string, status: UploadStatus): void {
    this.#settle(id)?.resolve(status);
  }

  refused(id: string, error: Error): void {
    this.#settle(id)?.reject(error);
  }

  fail(error: Error): void {
    this.disconnected();
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #settle(id: string): Upload | undefined {
    const upload = this.#sent.get(id);
    if (this.#sent.delete(id)) this.#send();
    return upload;
  }

  #send(): void {
    while (this.#socket !== undefined && this.#sent.size < this.#credits) {
      // An id is sent only once at a time: an answer does not say which of two uploads it is for.
      const next = this.#waiting.findIndex(({ metadata }) => !this.#sent.has(metadata.id));
      const [upload] = next === -1 ? [] : this.#waiting.splice(next, 1);
      if (upload === undefined) return;
      this.#sent.set(upload.metadata.id, upload);
      // Two fragments of one message, so that the picture need not be copied behind its metadata.
      this.#socket.send(encodeFrameHead('shot', upload.metadata), { binary: true, fin: false });
      this.#socket.send(upload.bytes, { binary: true, fin: true });
    }
  }
}
