/** Either version of the API, known by its first frame: fields of version 2 begin with a capital. */
import type { RunEvent } from "../../core/run.ts";
import type { Decoder, Frame } from "../connector.ts";
import { asObject, parseJson } from "../kit/json.ts";
import { AdpV1Decoder } from "./decoder-v1.ts";
import { AdpV2Decoder } from "./decoder-v2.ts";

export class AdpDecoder implements Decoder {
  #inner: Decoder | null = null;

  push(frame: Frame): RunEvent[] {
    this.#inner ??=
      asObject(parseJson(frame.data))?.type === undefined ? new AdpV2Decoder() : new AdpV1Decoder();
    return this.#inner.push(frame);
  }

  end(): RunEvent[] {
    this.#inner ??= new AdpV2Decoder();
    return this.#inner.end();
  }
}
