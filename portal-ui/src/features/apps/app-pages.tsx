import { useLocation } from "wouter";
import { ConsentPage } from "../consent/consent-page.tsx";
import { DevicePage } from "../device/device-page.tsx";
import { AppsPage } from "./apps-page.tsx";

/** The pages for apps, in one part: whoever meets one soon meets another. */
export function AppPages() {
  const [path] = useLocation();
  if (path === "/consent") return <ConsentPage />;
  return path === "/device" ? <DevicePage /> : <AppsPage />;
}
