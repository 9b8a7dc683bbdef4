import { Stack } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Loaded, PageHead } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { MailForm } from "./mail-form.tsx";
import { Outbox } from "./outbox.tsx";
import { mailTexts } from "./texts.ts";

const mailQuery = queryOptions({
  queryKey: ["mail"],
  queryFn: ({ signal }) => call("GET /api/admin/mail", { signal }),
});

/** How the site sends mail, a test of it, and what became of what was sent. */
export function MailPage() {
  const t = useTexts(mailTexts);
  const query = useQuery(mailQuery);
  return (
    <>
      <PageHead title={t.title} description={t.help} />
      <Stack gap="xl">
        <Loaded query={query}>
          {(page) => <MailForm key={JSON.stringify(page.own)} page={page} />}
        </Loaded>
        <Outbox />
      </Stack>
    </>
  );
}
