/** A server that answers what no platform should: the first part of the path says what. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** In every answer that has words: a client must never read it. */
export const INNER = "inner-words-of-the-platform";

const STREAM = { "content-type": "text/event-stream" };
const JSON_TYPE = { "content-type": "application/json" };

function respond(response: ServerResponse, head: Record<string, string>, body: string | Buffer) {
  response.writeHead(200, head);
  response.end(body);
}

/** Without end, as fast as it is taken. */
function pour(response: ServerResponse, head: Record<string, string>, piece: string): void {
  response.writeHead(200, head);
  const more = () => {
    while (!response.destroyed) {
      if (!response.write(piece)) {
        response.once("drain", more);
        return;
      }
    }
  };
  more();
}

const ODDITIES = {
  "a line of ten megabytes": (to) =>
    respond(to, STREAM, `data: ${"x".repeat(10 * 1024 * 1024)}\n\n`),
  "bytes that are no text": (to) =>
    respond(to, STREAM, Buffer.from([0x64, 0x3a, 0xff, 0xfe, 0x80, 0xc3, 0x28, 10, 10])),
  "comments without end": (to) => pour(to, STREAM, `: ${INNER}\n\n`.repeat(100)),
  "a body without end": (to) => pour(to, JSON_TYPE, `"${INNER}",`.repeat(1000)),
  "a page": (to) => respond(to, { "content-type": "text/html" }, `<html>${INNER}</html>`),
  "a picture": (to) => respond(to, { "content-type": "image/png" }, Buffer.from([137, 80, 78, 71])),
  nothing: (to) => respond(to, JSON_TYPE, ""),
  "a nest of a hundred thousand lists": (to) =>
    respond(to, JSON_TYPE, "[".repeat(100_000) + "]".repeat(100_000)),
  "a number": (to) => respond(to, JSON_TYPE, "17"),
  "an object that means nothing": (to) => respond(to, JSON_TYPE, JSON.stringify({ [INNER]: null })),
  "fields of the wrong types": (to) => respond(to, JSON_TYPE, WRONG),
  "a way into the private network": (to) => {
    to.writeHead(307, { location: "http://169.254.169.254/latest/meta-data/" });
    to.end(INNER);
  },
  "what is said to be packed, and is not": (to) =>
    respond(to, { ...JSON_TYPE, "content-encoding": "gzip" }, INNER),
  "less than it announced": (to) => {
    to.writeHead(200, { ...JSON_TYPE, "content-length": "5000" });
    to.write(INNER, () => to.destroy());
  },
  "a head of many kilobytes": (to) =>
    respond(to, { ...JSON_TYPE, "x-odd": "y".repeat(12_000) }, INNER),
  "a status without a body": (to) => {
    to.writeHead(204);
    to.end();
  },
  "a status that nobody knows": (to) => {
    to.writeHead(799, JSON_TYPE);
    to.end(INNER);
  },
} satisfies Record<string, (response: ServerResponse) => void>;

const WRONG = JSON.stringify({
  id: 7,
  choices: [null, 5, { delta: [], message: "m", finish_reason: {} }],
  content: { text: 1 },
  candidates: "none",
  message: [],
  answer: {},
  event: 3,
  usage: "much",
});

export type Oddity = keyof typeof ODDITIES;
export const ODDITY_NAMES = Object.keys(ODDITIES) as Oddity[];

export interface OddUpstream {
  /** Where this is answered, whatever is asked below it. */
  urlOf(oddity: Oddity): string;
  close(): Promise<void>;
}

export async function startOddUpstream(): Promise<OddUpstream> {
  const server = createServer((request, response) => {
    const oddity = ODDITY_NAMES[Number(/^\/(\d+)\//.exec(request.url ?? "")?.[1])];
    request.resume();
    request.on("end", () => (oddity ? ODDITIES[oddity](response) : response.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (oddity) => `http://127.0.0.1:${port}/${ODDITY_NAMES.indexOf(oddity)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
