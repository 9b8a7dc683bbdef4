/** From where the site may be used, and a word of warning before one shuts oneself out. */
import type { Addresses, SiteSettings } from "@contract";
import { admits, parseRange } from "@contract/ip.ts";
import { Alert, Checkbox, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { AddressFields } from "../../components/form/address-fields.tsx";
import type { Bind } from "../../components/form/fields.tsx";
import { FormSection } from "../../components/form/section.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { settingsTexts } from "./texts.ts";

/** Whether the lists as they are being written let their writer in no more. */
const excludes = ({ yourAddress }: SiteSettings, { allow, deny }: Addresses): boolean =>
  yourAddress !== null &&
  [...allow, ...deny].every(parseRange) &&
  !admits({ allow, deny }, yourAddress);

/** Whether saving needs the person's word first. */
export const shutsOut = (
  site: SiteSettings,
  values: { addresses: Addresses; evenMe: boolean },
): boolean => !values.evenMe && excludes(site, values.addresses);

interface Props {
  site: SiteSettings;
  addresses: Addresses;
  field: Bind;
}

export function AddressesSection({ site, addresses, field }: Props) {
  const t = useTexts(settingsTexts);
  const { yourAddress } = site;
  return (
    <FormSection title={t.addresses} description={t.addressesHelp}>
      <AddressFields field={(path) => field(`addresses.${path}`)} />
      <Text size="sm" c="dimmed">
        {yourAddress === null ? t.addressUnknown : t.yourAddress(yourAddress)}
      </Text>
      {excludes(site, addresses) && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} role="alert">
          <Stack gap="sm">
            <Text size="sm">{t.shutOut(yourAddress ?? "")}</Text>
            <Checkbox label={t.evenMe} {...field("evenMe")} />
          </Stack>
        </Alert>
      )}
    </FormSection>
  );
}
