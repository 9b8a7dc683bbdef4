/** Checks a signature of AWS as the service does: from the request as it arrived, by its own means. */
import { createHash, createHmac } from "node:crypto";
import type { Call } from "./upstream-call.ts";

export const AWS_KEY = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

/** Null when the signature is right, else the name of the service's exception. */
export function signatureFault(call: Call): string | null {
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]+)$/.exec(
      call.headers.authorization ?? "",
    );
  if (!found) return "IncompleteSignatureException";
  const [, id, day = "", region = "", service = "", names = "", signature] = found;
  if (id !== AWS_KEY.accessKeyId) return "UnrecognizedClientException";
  const [path = "", query = ""] = call.address.split("?");
  const canonical = [
    call.method,
    path.split("/").map(encodeURIComponent).join("/"),
    query.split("&").sort().join("&"),
    ...names.split(";").map((name) => `${name}:${call.headers[name]}`),
    "",
    names,
    sha256(call.text),
  ].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${call.headers["x-amz-date"]}\n${scope}\n${sha256(canonical)}`;
  const parts = [day, region, service, "aws4_request"];
  const key = parts.reduce<string | Buffer>(hmac, `AWS4${AWS_KEY.secretAccessKey}`);
  const right = hmac(key, toSign).toString("hex") === signature && service === "bedrock";
  return right ? null : "InvalidSignatureException";
}
