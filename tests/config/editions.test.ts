/** A file gives no site more than its edition has. */
import { beforeAll, describe, expect, it } from "vitest";
import { change, findSiteBySlug, updateSite } from "../../src/store/sites.ts";
import { apply, type FileSite, freshSlug, migrate, partsOf, refusal, services } from "./support.ts";

const AGENT = { target: { connection: "guide" }, price: { free: true } };

const agents = (names: string[], more: object = {}) =>
  names.map((slug) => ({ slug, name: slug, ...AGENT, ...more }));

const file = (slug: string, more: FileSite = {}, prune = false) => ({
  prune,
  sites: [
    {
      slug,
      name: "Acme",
      edition: "free",
      connections: [{ id: "guide", connector: "loopback" }],
      ...more,
    },
  ],
});

const FIVE = ["a", "b", "c", "d", "e"];
const namesOf = async (slug: string) =>
  (await partsOf(slug)).agents.map((agent) => agent.config.slug).toSorted();

beforeAll(migrate);

describe("a file", () => {
  it("with more agents than the edition has is refused where they stand", async () => {
    const slug = freshSlug();
    const told = await refusal(file(slug, { agents: agents([...FIVE, "f"]) }));
    expect(told).toEqual([
      `sites[${slug}].agents: The site's edition (free) allows 5 published agents.`,
    ]);
    expect(await findSiteBySlug(services.db, slug)).toBeNull();
  });

  it("adds to what is there, and takes away what makes room for it", async () => {
    const slug = freshSlug();
    await apply(file(slug, { agents: agents(FIVE) }));
    expect(await refusal(file(slug, { agents: agents(["f"]) }))).toHaveLength(1);
    await apply(file(slug, { agents: agents(["f", "g", "h", "i", "j"]) }, true));
    expect(await namesOf(slug)).toEqual(["f", "g", "h", "i", "j"]);
  });

  it("counts what is published: an agent that is off takes no place", async () => {
    const slug = freshSlug();
    await apply(file(slug, { agents: [...agents(FIVE), ...agents(["f"], { enabled: false })] }));
    expect(await refusal(file(slug, { agents: agents(["f"], { enabled: true }) }))).toHaveLength(1);
  });

  it("that raises the edition may use it at once", async () => {
    const slug = freshSlug();
    await apply(file(slug, { agents: agents(FIVE) }));
    await apply(file(slug, { edition: "standard", agents: agents([...FIVE, "f"]) }));
    expect(await namesOf(slug)).toHaveLength(6);
  });

  it("that lowers the edition takes nothing away, and adds nothing", async () => {
    const slug = freshSlug();
    const six = agents([...FIVE, "f"]);
    await apply(file(slug, { edition: "standard", agents: six, hosts: [`ai.${slug}.example`] }));
    await apply(file(slug, { agents: six, hosts: [`ai.${slug}.example`] }));
    expect(await namesOf(slug)).toHaveLength(6);
    expect(await refusal(file(slug, { agents: agents(["g"]) }))).toHaveLength(1);
  });

  it("has own domains where the edition has them", async () => {
    const slug = freshSlug();
    const told = await refusal(file(slug, { hosts: [`ai.${slug}.example`] }));
    expect(told).toEqual([
      `sites[${slug}].hosts: The site's edition (free) allows no own domains.`,
    ]);
  });

  it("may use what the operator allows this very site", async () => {
    const slug = freshSlug();
    await apply(file(slug));
    const id = (await findSiteBySlug(services.db, slug))?.id ?? "";
    const editionLimits = { agents: 6, ownDomains: 1 };
    await change(services.db, id, [updateSite(services.db, id, { editionLimits })]);
    await apply(file(slug, { agents: agents([...FIVE, "f"]), hosts: [`ai.${slug}.example`] }));
    expect(await namesOf(slug)).toHaveLength(6);
  });
});
