/**
 * One keep-alive HTTP/1.1 connection of the load generator. Node's own client spends more CPU on a
 * request than a bare Worker does; on a machine of two cores that would be what is measured.
 * Reads answers framed by Content-Length or chunks, and nothing else.
 */
import { connect, type Socket } from "node:net";

export interface Answer {
  status: number;
  head: string;
  body: string;
  firstByteAt: number;
  endAt: number;
}

type Framing = { kind: "length"; left: number } | { kind: "chunked" };

const HEAD_END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

export class Connection {
  #socket: Socket | null = null;
  #port: number;
  #parts: Buffer[] = [];
  #head: string | null = null;
  #framing: Framing | null = null;
  #firstByteAt = 0;
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends one request; rejects when the connection breaks before the answer is whole. */
  async send(request: Buffer): Promise<Answer> {
    const socket = this.#socket ?? (await this.#open());
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  #open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
      socket.once("connect", () => {
        this.#socket = socket;
        resolve(socket);
      });
      socket.on("data", (data) => this.#read(data));
      socket.on("error", (error) => {
        reject(error);
        this.#break(error);
      });
      socket.on("close", () => {
        this.#socket = null;
        this.#break(new Error("the connection closed before the answer was whole"));
      });
    });
  }

  #break(error: Error): void {
    this.#waiting?.reject(error);
    this.#reset();
  }

  #reset(): void {
    this.#waiting = null;
    this.#parts = [];
    this.#head = null;
    this.#framing = null;
    this.#firstByteAt = 0;
  }

  #read(data: Buffer): void {
    if (this.#head !== null) {
      this.#takeBody(data);
      return;
    }
    this.#parts.push(data);
    const all = this.#parts.length === 1 ? data : Buffer.concat(this.#parts);
    const end = all.indexOf(HEAD_END);
    if (end === -1) return;
    this.#head = all.toString("latin1", 0, end + 2);
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(this.#head)?.[1];
    this.#framing =
      length === undefined ? { kind: "chunked" } : { kind: "length", left: Number(length) };
    this.#parts = [];
    const rest = all.subarray(end + HEAD_END.length);
    if (rest.length > 0 || length === "0") this.#takeBody(rest);
  }

  /** The time to the first byte is that of the body: a head without a token helps nobody. */
  #takeBody(data: Buffer): void {
    if (this.#firstByteAt === 0) this.#firstByteAt = performance.now();
    this.#parts.push(data);
    const framing = this.#framing;
    if (framing?.kind === "length") framing.left -= data.length;
    if (framing?.kind === "length" ? framing.left <= 0 : this.#endsWithLastChunk(data)) {
      this.#finish();
    }
  }

  /** By its end alone: no text of the mock provider holds these bytes. */
  #endsWithLastChunk(data: Buffer): boolean {
    if (data.length >= LAST_CHUNK.length)
      return data.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
    return Buffer.concat(this.#parts.slice(-LAST_CHUNK.length))
      .subarray(-LAST_CHUNK.length)
      .equals(LAST_CHUNK);
  }

  #finish(): void {
    const head = this.#head ?? "";
    const answer: Answer = {
      status: Number(head.slice(9, 12)),
      head,
      body: Buffer.concat(this.#parts).toString("latin1"),
      firstByteAt: this.#firstByteAt,
      endAt: performance.now(),
    };
    const waiting = this.#waiting;
    this.#reset();
    if (/\r\nconnection: *close\r\n/i.test(head)) this.close();
    waiting?.resolve(answer);
  }
}
