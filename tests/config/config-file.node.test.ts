// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is the syntax of the file
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig, readConfigFile } from "../../scripts/config-file.ts";

const ENV = { KEY: "sk-1", TRICKY: 'a: "b" # ${KEY} &x\n- c' };

describe("a configuration file", () => {
  it("is YAML or JSON", () => {
    expect(parseConfig("sites:\n  - slug: acme\n    hosts: [a.example]", ENV)).toEqual({
      sites: [{ slug: "acme", hosts: ["a.example"] }],
    });
    expect(parseConfig('{ "sites": [{ "slug": "acme" }] }', ENV)).toEqual({
      sites: [{ slug: "acme" }],
    });
  });

  it("takes variables from the environment, inside longer texts too", () => {
    expect(parseConfig('a: "${KEY}"\nb: x-${KEY}-${KEY}', ENV)).toEqual({
      a: "sk-1",
      b: "x-sk-1-sk-1",
    });
  });

  it("takes a variable's value as text, whatever it looks like, and only once", () => {
    expect(parseConfig('a: "${TRICKY}"', ENV)).toEqual({ a: ENV.TRICKY });
  });

  it("says where a variable stands that is not set", () => {
    const text = 'sites:\n  - slug: acme\n    users: [{ password: "${NOBODY}" }]';
    expect(() => parseConfig(text, ENV)).toThrow(
      "sites[0].users[0].password: the variable NOBODY is not set",
    );
  });

  it("may say the text of a variable itself", () => {
    expect(parseConfig('a: "$${KEY} and $KEY and ${ KEY }"', ENV)).toEqual({
      a: "${KEY} and $KEY and ${ KEY }",
    });
  });

  it("with a mistake in its form is refused with file, line and column", () => {
    expect(() => parseConfig("sites:\n  - slug: [acme\n", ENV, "portico.yaml")).toThrow(
      /^portico\.yaml:\d+:\d+: /,
    );
    expect(() => parseConfig("name: a\nname: b\n", ENV, "portico.yaml")).toThrow(
      /^portico\.yaml:2:1: /,
    );
  });

  it("that is not there is told by its name", () => {
    const folder = mkdtempSync(join(tmpdir(), "portico-file-"));
    const file = join(folder, "portico.yaml");
    expect(() => readConfigFile(file, ENV)).toThrow(new RegExp(`^${file} could not be read: `));
    writeFileSync(file, "sites: []");
    expect(readConfigFile(file, ENV)).toEqual({ sites: [] });
    rmSync(folder, { recursive: true });
  });
});
