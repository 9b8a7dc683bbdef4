/** Files of the web: `/files/<what>`. */
import type { Call } from "./upstream-call.ts";

export const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUg==", "base64");
const LARGE_BYTES = 10 * 1024 * 1024 + 1;

export async function answerFile({ path, response }: Call): Promise<void> {
  const send = (type: string, body: Buffer | string): void => {
    response.writeHead(200, { "content-type": type }).end(body);
  };
  switch (path) {
    case "/files/cat.png":
      return send("image/png", PICTURE);
    case "/files/notes":
      return send("Text/Plain; charset=utf-8", "data: not an event\n\n");
    case "/files/video.mp4":
      return send("video/mp4", "a video of four seconds");
    case "/files/page":
      return send("text/html", "<!doctype html>");
    case "/files/large":
      return send("image/png", Buffer.alloc(LARGE_BYTES));
    case "/files/away":
      response.writeHead(302, { location: "http://elsewhere.example/cat.png" }).end();
      return;
    default:
      response.writeHead(404, { "content-type": "application/json" }).end('{"secret":"inside"}');
  }
}
