import { Stack } from "@mantine/core";
import { PageHead } from "../../components/page.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { FactorsSection } from "./factors-section.tsx";
import { SessionsSection } from "./sessions-section.tsx";
import { accountTexts } from "./texts.ts";

export function AccountPage() {
  const t = useTexts(accountTexts);
  return (
    <>
      <PageHead title={t.title} description={t.help} />
      <Stack gap="xl" maw={680}>
        <FactorsSection />
        <SessionsSection />
      </Stack>
    </>
  );
}
