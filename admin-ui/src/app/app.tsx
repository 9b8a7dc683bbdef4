import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { useMemo } from "react";
import { Gate } from "./gate.tsx";
import { SCHEME_KEY } from "./preferences.ts";
import { useSession } from "./session.tsx";
import { consoleTheme, consoleVariables } from "./theme.ts";

const schemes = localStorageColorSchemeManager({ key: SCHEME_KEY });

export function App() {
  const { color } = useSession().boot.site.branding;
  const theme = useMemo(() => consoleTheme(color), [color]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={consoleVariables}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
    >
      <Notifications position="bottom-right" autoClose={6000} limit={4} />
      <Gate />
    </MantineProvider>
  );
}
