import { Tab, TabList } from "@fluentui/react-components";
import { type ReactNode, useEffect } from "react";
import { useSearchParams } from "react-router";

export interface TabOf {
  /** As it stands in the address. */
  readonly name: string;
  readonly text: string;
  readonly content: () => ReactNode;
}

interface Props {
  readonly label: string;
  /** The first one is shown where the address names none. */
  readonly tabs: readonly TabOf[];
}

/** Tabs of a view. Which one is open stands in the address, so that it can be sent to a colleague. */
export function Tabs({ label, tabs }: Props) {
  const [search, setSearch] = useSearchParams();
  const asked = search.get("tab");
  const open = tabs.find(({ name }) => name === asked) ?? tabs[0];
  const name = open?.name;
  useEffect(() => {
    // On a narrow screen the tab of a link that somebody sent may stand outside. Only the row of tabs is moved: where the
    // next press of the tab key goes stays as it is.
    const tab = name === undefined ? null : document.getElementById(`tab-${name}`);
    const row = tab?.parentElement;
    if (tab && row && tab.offsetLeft + tab.offsetWidth > row.scrollLeft + row.clientWidth)
      row.scrollLeft = tab.offsetLeft;
  }, [name]);
  if (!open) return null;
  return (
    <>
      <TabList
        aria-label={label}
        className="tabs"
        selectedValue={open.name}
        onTabSelect={(_, { value }) => setSearch(value === tabs[0]?.name ? {} : { tab: String(value) })}
      >
        {tabs.map(({ name, text }) => (
          <Tab key={name} value={name} id={`tab-${name}`}>
            {text}
          </Tab>
        ))}
      </TabList>
      <div role="tabpanel" aria-labelledby={`tab-${open.name}`}>
        {open.content()}
      </div>
    </>
  );
}
