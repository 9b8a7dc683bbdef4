import { useQuery } from "@tanstack/react-query";
import { appTexts } from "../../app/texts.ts";
import { Choice } from "../../components/form/choice.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { levelsQuery } from "../../lib/queries.ts";
import { ROLES } from "../../lib/roles.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { peopleTexts } from "./people-texts.ts";
import { userTexts } from "./texts.ts";
import { EXPIRY, JOINED, ORDERS, SEEN } from "./user-filter.ts";

type Name = "level" | "role" | "kind" | "enabled" | "expiry" | "seen" | "joined" | "sort";

/** What narrows and orders the list of users; all of it in the address. */
export function UserFilters() {
  const t = useTexts(userTexts);
  const own = useTexts(peopleTexts);
  const common = useTexts(commonTexts);
  const roles = useTexts(appTexts).roles;
  const levels = useQuery(levelsQuery).data ?? [];
  const { search, setSearch } = useSearchState<Name>();
  const select = (
    name: Name,
    placeholder: string,
    data: { value: string; label: string }[],
    clearable = true,
  ) => (
    <Choice
      aria-label={placeholder}
      placeholder={placeholder}
      w={148}
      clearable={clearable}
      data={data}
      value={search[name] ?? (clearable ? null : (data[0]?.value ?? null))}
      onChange={(value) => setSearch({ [name]: value ?? undefined })}
    />
  );
  const named = <Value extends string>(values: readonly Value[], names: Record<Value, string>) =>
    values.map((value) => ({ value, label: names[value] }));
  return (
    <>
      {select(
        "level",
        t.anyLevel,
        levels.map(({ slug, name }) => ({ value: slug, label: name })),
      )}
      {select("expiry", own.anyExpiry, named(EXPIRY, own.expiry))}
      {select("role", t.anyRole, named(ROLES, roles))}
      {select("kind", own.anyKind, named(["external", "internal"] as const, own.kinds))}
      {select("enabled", t.anyState, [
        { value: "true", label: common.enabled },
        { value: "false", label: common.disabled },
      ])}
      {select("seen", own.anySeen, named(SEEN, own.seen))}
      {select("joined", own.anyJoined, named(JOINED, own.joined))}
      {select("sort", own.order, named(ORDERS, own.orders), false)}
    </>
  );
}
