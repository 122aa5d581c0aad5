/** "customer_groups-2026 (1).csv" as the name of an entity: "Customer groups". */
export function nameOfFile(fileName: string): string {
  const words = fileName
    .replace(/\.[^.]*$/, "")
    .replace(/[^\p{L}\p{M}&'’]+/gu, " ")
    .trim();
  const name = (words.charAt(0).toUpperCase() + words.slice(1)).slice(0, 60).trim();
  return name === "" ? "New entity" : name;
}
