/** Whether a file is a zip by its first bytes: a data package, or a workbook. */
export async function beginsAsZip(file: File): Promise<boolean> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x50 && second === 0x4b;
}
