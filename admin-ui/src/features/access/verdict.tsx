/** Whether somebody may use something, and why: each thing that was looked at, in a sentence. */
import type { Explanation, Finding } from "@contract";
import { Alert, List, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconInfoCircle, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Loaded } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { accessTexts } from "./texts.ts";

interface Props {
  /** Id; null for a guest. */
  user: string | null;
  /** Public name. */
  target: string;
}

export function Verdict({ user, target }: Props) {
  const query = useQuery({
    queryKey: ["explain", user, target],
    queryFn: ({ signal }) =>
      call("GET /api/admin/access/explain", {
        query: { target, ...(user === null ? {} : { user }) },
        signal,
      }),
    // What it tells of is changed on this very page.
    staleTime: 0,
  });
  return <Loaded query={query}>{(explanation) => <Told explanation={explanation} />}</Loaded>;
}

function Told({ explanation: { sees, calls, findings } }: { explanation: Explanation }) {
  const t = useTexts(accessTexts);
  return (
    <Alert
      color={calls ? "teal" : sees ? "yellow" : "red"}
      title={calls ? t.yes : sees ? t.seesOnly : t.no}
      role="status"
    >
      <List size="sm" spacing={4} center>
        {findings.map((finding) => (
          <List.Item key={finding.code} icon={<Mark verdict={finding.verdict} />}>
            <Sentence finding={finding} />
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Sentence({ finding: { code, names, verdict } }: { finding: Finding }) {
  const t = useTexts(accessTexts);
  const sentence = t.sentences[code](names.join(", "));
  return verdict === "no" ? <b>{sentence}</b> : sentence;
}

const ICONS = { yes: IconCheck, no: IconX, mind: IconInfoCircle };

function Mark({ verdict }: Pick<Finding, "verdict">) {
  const t = useTexts(accessTexts);
  const Icon = ICONS[verdict];
  return (
    <>
      <Icon size={16} aria-hidden />
      <VisuallyHidden>{t.verdicts[verdict]}: </VisuallyHidden>
    </>
  );
}
