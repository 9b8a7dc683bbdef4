import type { OwnHost } from "@contract";
import { Text } from "@mantine/core";
import { CopyText } from "../../components/copy.tsx";
import { useTexts } from "../../lib/i18n.ts";
import classes from "./hosts.module.css";
import { hostTexts } from "./texts.ts";

interface Props {
  host: OwnHost;
  certificates: "cloudflare" | "own";
}

/** What must stand in the domain's DNS, each part ready to be copied. */
export function HostRecords({ host, certificates }: Props) {
  const t = useTexts(hostTexts);
  const isApex = host.host.split(".").length === 2;
  return (
    <div>
      <Text size="sm" c="dimmed" mb="xs">
        {host.fromFile ? t.recordsHelpFile : t.recordsHelp}
      </Text>
      <ul className={classes.records}>
        {host.records.map((record) => (
          <li key={record.purpose}>
            <dl className={classes.record} style={{ margin: 0 }}>
              <div className={classes.purpose}>
                <dt style={{ color: "inherit" }}>{t.recordPurposes[record.purpose]}</dt>
              </div>
              <dt>{t.type}</dt>
              <dd>{record.type}</dd>
              <dt>{t.recordName}</dt>
              <dd>
                <CopyText value={record.name} label={t.copyName(record.type)} />
              </dd>
              <dt>{t.value}</dt>
              <dd>
                <CopyText value={record.value} label={t.copyValue(record.type)} />
              </dd>
            </dl>
          </li>
        ))}
      </ul>
      <Text size="sm" c="dimmed" mt="xs">
        {isApex && `${t.apex} `}
        {certificates === "own" && t.ownProxy}
      </Text>
    </div>
  );
}
