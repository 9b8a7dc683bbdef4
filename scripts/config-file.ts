/**
 * Reads a configuration file: YAML or JSON, with `${NAME}` taken from the environment, after the
 * file was parsed: a value is text, whatever it looks like. `$${NAME}` stands for `${NAME}` itself.
 */
import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";

/** Something is wrong with the file itself; the message says where. */
export class ConfigFileError extends Error {}

const VARIABLE = /(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The file's value. Throws a ConfigFileError with the line of a syntax error, or the path of an unknown variable. */
export function readConfigFile(file: string, env: Record<string, string | undefined>): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigFileError(`${file} could not be read: ${(error as Error).message}`);
  }
  return parseConfig(text, env, file);
}

export function parseConfig(
  text: string,
  env: Record<string, string | undefined>,
  file = "the file",
): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new ConfigFileError(`${file}:${line}:${col}: ${error.message.split("\n")[0]}`);
  }
  return interpolate(document.toJS(), env, "");
}

function interpolate(
  value: unknown,
  env: Record<string, string | undefined>,
  path: string,
): unknown {
  if (typeof value === "string") {
    return value.replace(VARIABLE, (match, doubled: string, name: string) => {
      if (doubled !== "") return match.slice(1);
      const found = env[name];
      if (found === undefined)
        throw new ConfigFileError(`${path}: the variable ${name} is not set`);
      return found;
    });
  }
  if (Array.isArray(value)) return value.map((one, at) => interpolate(one, env, `${path}[${at}]`));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        interpolate(one, env, path ? `${path}.${key}` : key),
      ]),
    );
  }
  return value;
}
