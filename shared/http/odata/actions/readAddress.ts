import type { FileRoom } from "../../../ports.ts";
import { attachmentOf } from "../../fileReply.ts";
import type { ActionCall } from "./action.ts";

const addressMs = 30 * 60_000;

/** Where whoever has the address reads a file without a token, for half an hour; asked again, it is made anew. */
export function addressToRead(
  { ports }: ActionCall,
  room: FileRoom,
  { name, fileName }: { readonly name: string; readonly fileName: string },
): Promise<string> {
  return ports.files.readAddress(room, name, ports.clock.now() + addressMs, attachmentOf(fileName));
}
