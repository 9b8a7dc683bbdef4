import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { agentsQuery } from "../chat/queries.ts";
import { ENTRY_TYPES, type Filter, RANGES } from "./filter.ts";
import { useWalletTexts } from "./texts.ts";

interface Props {
  filter: Filter;
  onChange: (change: Filter) => void;
}

/** Which lines are shown. */
export function FilterBar({ filter, onChange }: Props) {
  const words = useWalletTexts();
  const { data: agents = [] } = useQuery(agentsQuery);
  return (
    <search className="filter-bar">
      <Select
        label={words.type}
        none={words.anyType}
        value={filter.type}
        options={ENTRY_TYPES.map((type) => [type, words.types[type]])}
        onChoose={(type) => onChange({ type })}
      />
      <Select
        label={words.time}
        none={words.anyTime}
        value={filter.time}
        options={RANGES.map((range) => [range, words.ranges[range]])}
        onChoose={(time) => onChange({ time })}
      />
      {filter.time === "own" && (
        <>
          <Day label={words.from} value={filter.from} onChoose={(from) => onChange({ from })} />
          <Day label={words.to} value={filter.to} onChoose={(to) => onChange({ to })} />
        </>
      )}
      <Select
        label={words.model}
        none={words.anyModel}
        value={filter.model}
        options={withChosen(
          agents.map(({ target, name }) => [target, name]),
          filter.model,
        )}
        onChoose={(model) => onChange({ model })}
      />
    </search>
  );
}

type Option = readonly [value: string, label: string];

/** What was used may have been withdrawn since: a link to it still shows what it filters by. */
function withChosen(options: readonly Option[], chosen: string | undefined): readonly Option[] {
  const known = !chosen || options.some(([value]) => value === chosen);
  return known ? options : [...options, [chosen, chosen]];
}

interface SelectProps {
  label: string;
  none: string;
  value: string | undefined;
  options: readonly Option[];
  onChoose: (value: string) => void;
}

function Select({ label, none, value, options, onChoose }: SelectProps) {
  return (
    <select
      aria-label={label}
      value={value ?? ""}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      <option value="">{none}</option>
      {options.map(([option, name]) => (
        <option key={option} value={option}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Day(props: { label: string; value: string | undefined; onChoose: (day: string) => void }) {
  const id = useId();
  return (
    <span className="filter-day">
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        type="date"
        value={props.value ?? ""}
        onChange={(event) => props.onChoose(event.currentTarget.value)}
      />
    </span>
  );
}
