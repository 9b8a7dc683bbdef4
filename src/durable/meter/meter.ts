import { DurableObject } from "cloudflare:workers";

export class Meter extends DurableObject<Env> {}
