import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { useMemo } from "react";
import { commonTexts } from "../lib/common-texts.ts";
import { useTexts } from "../lib/i18n.ts";
import { Gate } from "./gate.tsx";
import { SCHEME_KEY } from "./preferences.ts";
import { useSession } from "./session.tsx";
import { consoleTheme, consoleVariables } from "./theme.ts";

const schemes = localStorageColorSchemeManager({ key: SCHEME_KEY });

export function App() {
  const { color } = useSession().boot.site.branding;
  const { close } = useTexts(commonTexts);
  const theme = useMemo(() => consoleTheme(color, close), [color, close]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={consoleVariables}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
    >
      <Gate />
    </MantineProvider>
  );
}
