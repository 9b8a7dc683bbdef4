/** Where the short messages appear; loaded after the page, since none is shown before an action. */
import "@mantine/notifications/styles.css";
import { Notifications } from "@mantine/notifications";

export function Notices() {
  return <Notifications position="bottom-right" autoClose={6000} limit={4} />;
}
