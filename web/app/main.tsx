import { createRoot } from "react-dom/client";
import { createSession } from "../session/session.ts";
import { PageRoot } from "./PageRoot.tsx";

const place = document.getElementById("page");
if (place) createRoot(place).render(<PageRoot session={createSession()} />);
