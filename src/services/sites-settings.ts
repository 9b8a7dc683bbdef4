/** Who may make sites: the operator's settings of the platform. */
import { readDeployment, writeDeployment } from "../store/deployment.ts";
import { change, findSite, updateSite } from "../store/sites.ts";
import type { Services } from "./services.ts";
import { PLATFORM_SITE_ID } from "./sites.ts";

export interface PlatformSettings {
  /** Whether anybody may make himself an account of the platform. */
  registration: boolean;
  /** How many sites of the free edition one account may have. */
  freeSites: number;
}

const FREE_SITES = 3;

export async function readPlatformSettings({ db }: Services): Promise<PlatformSettings> {
  const [site, freeSites] = await Promise.all([
    findSite(db, PLATFORM_SITE_ID),
    readDeployment(db, "free_sites"),
  ]);
  return {
    registration: site?.registration ?? false,
    freeSites: freeSites === null ? FREE_SITES : Number(freeSites),
  };
}

export async function changePlatformSettings(
  services: Services,
  given: { [Name in keyof PlatformSettings]?: PlatformSettings[Name] | undefined },
): Promise<PlatformSettings> {
  const { db, sites } = services;
  const { registration, freeSites } = given;
  if (registration !== undefined) {
    await change(db, PLATFORM_SITE_ID, [updateSite(db, PLATFORM_SITE_ID, { registration })]);
    sites.forget(PLATFORM_SITE_ID);
  }
  if (freeSites !== undefined) await writeDeployment(db, "free_sites", String(freeSites));
  return await readPlatformSettings(services);
}
