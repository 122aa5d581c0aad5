const focusable = "input, textarea, select, button";

/** Takes who looks for the cause to the field of a problem; false where it is not drawn yet. */
export function focusOn(form: HTMLElement | null, path: string): boolean {
  const wanted = path === "direction" ? "project" : path;
  const fields = [...(form?.querySelectorAll<HTMLElement>("[data-path]") ?? [])];
  const within = fields.filter(({ dataset: { path: at = "" } }) => wanted === at || wanted.startsWith(at));
  // The field of the member itself stands inside of the field of all.
  const [field] = within.toSorted(
    (one, other) => (other.dataset["path"] ?? "").length - (one.dataset["path"] ?? "").length,
  );
  const control = field?.querySelector<HTMLElement>(focusable);
  control?.focus();
  return control !== undefined && control !== null;
}
