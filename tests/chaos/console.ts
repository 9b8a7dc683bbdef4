/** The admin of the site: reads the Meter, and corrects balances, each correction sent twice. */
import { localRequest } from "../../scripts/local-request.ts";
import type { UsageRecord } from "../../src/contract/usage.ts";
import { BOSS } from "./plan.ts";

export class Console {
  readonly #origin: string;
  readonly #host: string;
  #cookie = "";

  constructor(port: number) {
    this.#origin = `http://127.0.0.1:${port}`;
    this.#host = `acme.localhost:${port}`;
  }

  async logIn(): Promise<void> {
    const answer = await this.#call("POST", "/api/auth/login", BOSS);
    this.#cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
  }

  async users(): Promise<Map<string, string>> {
    const { data } = JSON.parse((await this.#call("GET", "/api/admin/users?limit=200")).text);
    return new Map(data.map((user: { email: string; id: string }) => [user.email, user.id]));
  }

  /** True when it was taken; false when nobody can tell, since the runtime went down. */
  async correct(userId: string, operationId: string, credits: number): Promise<boolean> {
    const path = `/api/admin/users/${userId}/corrections`;
    const body = { operationId, credits, reason: "chaos" };
    const twice = await Promise.allSettled([
      this.#call("POST", path, body),
      this.#call("POST", path, body),
    ]);
    const answers = twice.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const refused = answers.find(({ status }) => status >= 400 && status < 500);
    if (refused) throw new Error(`a correction was refused: ${refused.text}`);
    return answers.some(({ status }) => status === 200);
  }

  /** Everything the Meter knows, newest first. */
  async records(): Promise<UsageRecord[]> {
    const all: UsageRecord[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const query: string = after ? `&after=${encodeURIComponent(after)}` : "";
      const page = JSON.parse(
        (await this.#call("GET", `/api/admin/requests?limit=200${query}`)).text,
      );
      all.push(...page.data);
      after = page.has_more ? page.next : null;
    }
    return all;
  }

  #call(method: string, path: string, body?: unknown): ReturnType<typeof localRequest> {
    const cookie: Record<string, string> = this.#cookie ? { cookie: this.#cookie } : {};
    return localRequest({
      origin: this.#origin,
      host: this.#host,
      method,
      path,
      headers: { ...cookie, origin: `http://${this.#host}` },
      ...(body === undefined ? {} : { body }),
    });
  }
}
