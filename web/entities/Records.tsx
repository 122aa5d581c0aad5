import { Button, Field, Input } from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { useSearchParams } from "react-router";
import type { Definition } from "../api/definitions.ts";
import { Empty } from "../parts/Empty.tsx";
import { Columns } from "./Columns.tsx";
import { RecordTable } from "./RecordTable.tsx";
import "./entities.css";

type Entity = Definition<"entities">;

/** The records of an entity: which company's, by which key and in which columns stands in the address. */
export function Records({ entity }: { readonly entity: Entity }) {
  const [search, setSearch] = useSearchParams();
  const company = entity.isPerCompany ? (search.get("company") ?? "") : undefined;
  const keys = entity.fields.filter(({ isKey }) => isKey).map(({ name }) => name);
  const sought = search.getAll("key").length === keys.length ? search.getAll("key") : undefined;
  const set = (name: string, values: readonly string[]): void =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      after.delete(name);
      for (const value of values) after.append(name, value);
      return after;
    });
  const shown = search.getAll("column");
  const columns = entity.fields.map(({ name }) => name).filter((name) => shown.length === 0 || shown.includes(name));
  return (
    <>
      <div className="filters">
        {company !== undefined && (
          <Search
            key={company}
            labels={["Company"]}
            values={[company]}
            search={([value = ""]) => set("company", [value])}
          />
        )}
        {company !== "" && (
          <Search
            key={sought?.join("\n")}
            labels={keys}
            values={sought ?? []}
            search={(values) => set("key", values)}
          />
        )}
        {sought && <Button onClick={() => set("key", [])}>All records</Button>}
        <Columns fields={entity.fields.map(({ name }) => name)} shown={columns} show={(next) => set("column", next)} />
      </div>
      {company === "" ? (
        <Empty title="Whose records?">Each company has records of its own: name one (USMF).</Empty>
      ) : (
        <RecordTable
          key={company}
          entity={entity}
          company={company}
          sought={sought}
          columns={columns.length === 0 ? keys : columns}
        />
      )}
    </>
  );
}

interface SearchProps {
  readonly labels: readonly string[];
  readonly values: readonly string[];
  readonly search: (values: readonly string[]) => void;
}

function Search({ labels, values, search }: SearchProps) {
  const [typed, setTyped] = useState(labels.map((_, index) => values[index] ?? ""));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    search(typed.map((value) => value.trim()));
  };
  return (
    <form className="filters record-search" onSubmit={submit} role="search" aria-label={labels.join(", ")}>
      {labels.map((label, index) => (
        <Field key={label} label={<bdi>{label}</bdi>}>
          <Input
            value={typed[index] ?? ""}
            onChange={(_, { value }) => setTyped(typed.map((before, at) => (at === index ? value : before)))}
          />
        </Field>
      ))}
      <Button type="submit">Find</Button>
    </form>
  );
}
