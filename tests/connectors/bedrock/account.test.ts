/** Regions, addresses, the two kinds of keys, and what a connection of Bedrock offers. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { ChatInput } from "../../../src/core/run.ts";
import { json } from "../contract.ts";

const bedrock = connectorById("bedrock");
if (!bedrock) throw new Error("no bedrock");
const API_KEY = { apiKey: "ABSKkey-0123456789" };
const PAIR = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG" };
const open = (settings: Record<string, string>, secret: Record<string, string> = API_KEY) =>
  openAccount(bedrock, settings, secret);
function urls(settings: Record<string, string>, model = "m") {
  const account = open(settings);
  if (!account.ok) throw new Error(account.error.message);
  const input: ChatInput = {
    messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
    stream: true,
    endUser: "u",
  };
  const target = { id: model, maxOutputTokens: null };
  const chat = bedrock?.chat?.prepare(account.value, target, input);
  return {
    chat: chat?.ok ? chat.value.request.url : null,
    lists: bedrock?.offers?.prepare(account.value, undefined).url,
  };
}

describe("addresses", () => {
  it.each([
    [
      {},
      "https://bedrock-runtime.us-east-1.amazonaws.com",
      "https://bedrock.us-east-1.amazonaws.com",
    ],
    [
      { region: " EU-central-1 " },
      "https://bedrock-runtime.eu-central-1.amazonaws.com",
      "https://bedrock.eu-central-1.amazonaws.com",
    ],
    [
      { region: "cn-north-1" },
      "https://bedrock-runtime.cn-north-1.amazonaws.com.cn",
      "https://bedrock.cn-north-1.amazonaws.com.cn",
    ],
    [
      { region: "eusc-de-east-1" },
      "https://bedrock-runtime.eusc-de-east-1.amazonaws.eu",
      "https://bedrock.eusc-de-east-1.amazonaws.eu",
    ],
    [
      { region: "", baseUrl: "" },
      "https://bedrock-runtime.us-east-1.amazonaws.com",
      "https://bedrock.us-east-1.amazonaws.com",
    ],
    [
      { baseUrl: "https://bedrock-runtime-fips.us-east-1.amazonaws.com/" },
      "https://bedrock-runtime-fips.us-east-1.amazonaws.com",
      "https://bedrock-fips.us-east-1.amazonaws.com",
    ],
    [
      { baseUrl: "https://proxy.example/aws" },
      "https://proxy.example/aws",
      "https://proxy.example/aws",
    ],
  ])("%j chats at %s and lists at %s", (settings, runtime, control) => {
    const found = urls(settings as Record<string, string>);
    expect(found.chat).toBe(`${runtime}/model/m/converse-stream`);
    expect(found.lists).toBe(`${control}/foundation-models`);
  });

  it.each([
    ["anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic.claude-3-5-sonnet-20241022-v2%3A0"],
    [
      "arn:aws:bedrock:us-east-1:1:inference-profile/us.x-v1:0",
      "arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.x-v1%3A0",
    ],
  ])("the id %s is escaped once", (id, escaped) => {
    expect(urls({}, id).chat).toContain(`/model/${escaped}/converse`);
  });

  it.each([{ region: "Frankfurt" }, { region: "us-east" }, { baseUrl: "bedrock.example" }])(
    "%j is refused",
    (settings) => {
      expect(open(settings as Record<string, string>).ok).toBe(false);
    },
  );
});

describe("keys", () => {
  it.each([
    ["an API key", API_KEY],
    ["an access key pair", PAIR],
    ["a pair with empty fields of a form", { ...PAIR, apiKey: "", sessionToken: "" }],
    [
      "temporary credentials",
      { ...PAIR, accessKeyId: "ASIAIOSFODNN7EXAMPLE", sessionToken: "IQoJb3==" },
    ],
  ])("%s opens the account", (_name, secret) => {
    expect(open({}, secret as Record<string, string>).ok).toBe(true);
  });

  it.each([
    ["nothing", {}, "apiKey"],
    ["an id without its secret", { accessKeyId: PAIR.accessKeyId }, "secretAccessKey"],
    ["a secret without its id", { secretAccessKey: PAIR.secretAccessKey }, "accessKeyId"],
    [
      "a secret in the place of the id",
      { ...PAIR, accessKeyId: PAIR.secretAccessKey },
      "accessKeyId",
    ],
    [
      "temporary credentials without their token",
      { ...PAIR, accessKeyId: "ASIAIOSFODNN7EXAMPLE" },
      "sessionToken",
    ],
    ["an id in the place of the API key", { apiKey: PAIR.accessKeyId }, "apiKey"],
  ])("%s is refused at its field", (_name, secret, field) => {
    expect(open({}, secret as Record<string, string>)).toMatchObject({
      ok: false,
      error: { path: `secret.${field}` },
    });
  });
});

describe("offers", () => {
  const models = json(200, {
    modelSummaries: [
      model("amazon.nova-pro-v1:0", { modelName: "Nova Pro", providerName: "Amazon" }),
      model("anthropic.claude-x-v1:0", { inferenceTypesSupported: ["INFERENCE_PROFILE"] }),
      model("amazon.titan-embed-text-v2:0", { outputModalities: ["EMBEDDING"] }),
      model("stability.sd3-5-large-v1:0", { outputModalities: ["IMAGE"] }),
      model("amazon.nova-reel-v1:0", { outputModalities: ["VIDEO"] }),
      model("amazon.nova-sonic-v1:0", { outputModalities: ["SPEECH"] }),
      model("cohere.rerank-v3-5:0", {}),
      model("amazon.titan-old", { modelLifecycle: { status: "LEGACY" } }),
    ],
  });
  const profiles = json(200, {
    inferenceProfileSummaries: [
      {
        inferenceProfileId: "us.anthropic.claude-x-v1:0",
        inferenceProfileName: "US Claude X",
        description: "Routes requests",
        status: "ACTIVE",
        type: "SYSTEM_DEFINED",
      },
      { inferenceProfileId: "us.gone", status: "RETIRED" },
    ],
  });

  it("are the models that can be called by their id, each of its kind", () => {
    const read = bedrock.offers?.read(models);
    expect(read?.ok && read.value.map((offer) => [offer.id, offer.modelKind])).toEqual([
      ["amazon.nova-pro-v1:0", "chat"],
      ["amazon.titan-embed-text-v2:0", "embedding"],
      ["stability.sd3-5-large-v1:0", "image"],
      ["amazon.nova-reel-v1:0", "video"],
      ["amazon.nova-sonic-v1:0", "speech"],
      ["cohere.rerank-v3-5:0", null],
      ["amazon.titan-old", "chat"],
    ]);
    if (!read?.ok) throw new Error("no offers");
    expect(read.value[0]?.name).toBe("Amazon Nova Pro");
    expect(read.value.at(-1)?.description).toBe("Legacy");
  });

  it("and the profiles through which the newer ones are called", () => {
    const read = bedrock.offers?.read(models);
    if (!read?.ok) throw new Error("no offers");
    const all = bedrock.offers?.refine?.read(profiles, read.value);
    if (!all?.ok) throw new Error("no profiles");
    expect(all.value[0]).toMatchObject({
      id: "us.anthropic.claude-x-v1:0",
      name: "US Claude X",
      description: "Routes requests",
      modelKind: "chat",
    });
    expect(all.value).toHaveLength(8);
    expect(bedrock.offers?.refine?.read(json(200, {}), read.value)).toMatchObject({ ok: false });
  });
});

function model(modelId: string, more: object): object {
  return {
    modelId,
    modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${modelId}`,
    outputModalities: ["TEXT"],
    inferenceTypesSupported: ["ON_DEMAND"],
    modelLifecycle: { status: "ACTIVE" },
    ...more,
  };
}
