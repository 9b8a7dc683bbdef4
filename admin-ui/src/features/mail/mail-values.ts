/** The form's fields, and what is sent of them. */
import type { MailInput, MailPage } from "@contract";

export interface MailValues {
  /** `deployment`: no way of the site's own. */
  way: "deployment" | MailInput["transport"];
  sender: string;
  host: string;
  port: number | "";
  security: "tls" | "starttls" | "none";
  user: string;
  url: string;
  secret: string;
}

export function valuesOf({ own }: Pick<MailPage, "own">): MailValues {
  const settings = own?.settings ?? {};
  const { security } = settings;
  return {
    way: own?.transport ?? "deployment",
    sender: own?.sender ?? "",
    host: settings.host ?? "",
    port: settings.port ? Number(settings.port) : 465,
    security: security === "starttls" || security === "none" ? security : "tls",
    user: settings.user ?? "",
    url: settings.url ?? "",
    secret: "",
  };
}

/** Null: as the deployment does. */
export function inputOf(values: MailValues): MailInput | null {
  const { way, host, port, security, user, url } = values;
  const own = {
    sender: values.sender.trim(),
    ...(values.secret === "" ? {} : { secret: values.secret }),
  };
  switch (way) {
    case "deployment":
      return null;
    case "smtp": {
      const settings = { host: host.trim(), port: Number(port), security, user: user.trim() };
      return { transport: way, ...own, settings };
    }
    case "http":
      return { transport: way, ...own, settings: { url: url.trim() } };
    case "binding":
      return { transport: way, ...own, settings: {} };
  }
}
