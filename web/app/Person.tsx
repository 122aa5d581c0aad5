import { Button, Menu, MenuItem, MenuItemRadio, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";
import { useConnection } from "../api/ApiContext.tsx";
import { useMe } from "../parts/Me.tsx";
import { useZone, type Zone } from "../parts/Zone.tsx";

/** Who is signed in, with what belongs to a person: the zone of times, and the way out. */
export function Person() {
  const me = useMe();
  const { session } = useConnection();
  const { zone, choose } = useZone();
  return (
    <Menu
      checkedValues={{ zone: [zone] }}
      onCheckedValueChange={(_, { checkedItems: [next] }) => choose(next === "utc" ? "utc" : ("local" satisfies Zone))}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="transparent" className="person">
          {me.person?.name ?? me.applicationId}
          {me.mayManage ? "" : " (reader)"}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItemRadio name="zone" value="local">
            Times in my zone
          </MenuItemRadio>
          <MenuItemRadio name="zone" value="utc">
            Times in UTC
          </MenuItemRadio>
          <MenuItem onClick={() => void session.signOut()}>Sign out</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
