/** What is told of a deployment: in the boot data, the OpenAPI document and `/healthz`. */
export const VERSION = "0.1.0";
