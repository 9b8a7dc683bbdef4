import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { siteUrl } from "../../lib/site-url.ts";
import { isSlug } from "../../lib/slug.ts";
import { hostTexts } from "./texts.ts";

interface Props {
  slug: string;
  baseDomain: string;
  opened: boolean;
  onClose: () => void;
}

const TYPING_MS = 300;

/** Whether a slug is free, asked while it is written. */
function useSlugState(slug: string) {
  const [wanted] = useDebouncedValue(slug, TYPING_MS);
  const query = useQuery({
    queryKey: ["subdomain", wanted],
    queryFn: ({ signal }) => call("GET /api/admin/subdomain", { query: { slug: wanted }, signal }),
    enabled: isSlug(wanted),
    staleTime: 5_000,
  });
  return wanted === slug ? (query.data?.state ?? null) : null;
}

/** Asks for the new subdomain, says what follows from it, and goes there. */
export function SubdomainDialog({ slug, baseDomain, opened, onClose }: Props) {
  const t = useTexts(hostTexts);
  const common = useTexts(commonTexts);
  const errorText = useErrorText();
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const state = useSlugState(wanted);
  const change = useMutation({
    mutationFn: () => call("PUT /api/admin/subdomain", { body: { slug: wanted } }),
    onSuccess: (moved) => {
      // On an own domain the admin stays; the old subdomain is no place to be any more.
      const isThere = location.hostname.startsWith(`${slug}.`);
      if (isThere) location.assign(siteUrl(moved.slug, "/admin/domains", placeOf(baseDomain)));
      else location.reload();
    },
  });
  const isBad = wanted !== "" && !isSlug(wanted);
  const said = isBad ? common.form.slug : state === null ? t.checking : t.states[state];
  const isFree = state === "free" && !isBad;
  return (
    <Modal opened={opened} onClose={() => !change.isPending && onClose()} title={t.changeTitle}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isFree) change.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t.newSubdomain}
            rightSection={<Text size="sm">.{baseDomain}</Text>}
            rightSectionWidth={`${baseDomain.length + 3}ch`}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={wanted === "" || isFree || (state === null && !isBad) ? null : said}
            autoComplete="off"
            spellCheck={false}
            maxLength={63}
            data-autofocus
          />
          <Text size="sm" role="status" mih={20}>
            {wanted !== "" && !isBad && (state === null || isFree) && said}
          </Text>
          {isFree && (
            <Text size="sm" component="div">
              <p>{t.changeEffect(`${slug}.${baseDomain}`, `${wanted}.${baseDomain}`)}</p>
              <p>{t.changeLogin}</p>
            </Text>
          )}
          {change.error && (
            <Alert color="red" role="alert">
              {errorText(change.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} disabled={change.isPending}>
              {common.cancel}
            </Button>
            <Button type="submit" disabled={!isFree} loading={change.isPending}>
              {t.changeNow}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const placeOf = (baseDomain: string) => ({
  protocol: location.protocol,
  hostname: baseDomain,
  port: location.port,
});
