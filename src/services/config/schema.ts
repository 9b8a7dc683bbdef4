import * as z from "zod";
import { configFileSchema } from "../../contract/config.ts";

/** The JSON Schema of the configuration file, for editors. */
export function configJsonSchema(): object {
  return {
    ...z.toJSONSchema(configFileSchema, { io: "input", unrepresentable: "any" }),
    $id: "/schemas/portico.json",
    title: "portico.yaml",
  };
}
