import { DurableObject } from "cloudflare:workers";

export class History extends DurableObject<Env> {}
