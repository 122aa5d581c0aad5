import { Button, Menu, MenuItemCheckbox, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";

interface Props {
  readonly fields: readonly string[];
  readonly shown: readonly string[];
  readonly show: (fields: readonly string[]) => void;
}

/** Which fields one wants to see; none chosen means all. */
export function Columns({ fields, shown, show }: Props) {
  return (
    <Menu
      persistOnItemClick
      checkedValues={{ column: [...shown] }}
      onCheckedValueChange={(_, { checkedItems }) => show(checkedItems.length === fields.length ? [] : checkedItems)}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button>
          Columns ({shown.length} of {fields.length})
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList className="column-list">
          {fields.map((name) => (
            <MenuItemCheckbox key={name} name="column" value={name}>
              <bdi className="wrap">{name}</bdi>
            </MenuItemCheckbox>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
