// The integration: sends customer groups of another system as a file, and answers the id of the message.
const activityId = "5f6a1d5e-52c5-4d07-9a5e-0f3b8f2f6c11";

export async function sendCustomerGroups(groups, { url, token }) {
  const cell = (text) => `"${text.replaceAll('"', '""')}"`;
  const rows = groups.map(({ id, description }) => [id, description].map(cell).join(","));
  const response = await fetch(`${url}/api/connector/enqueue/${activityId}?entity=Customer%20groups`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "text/csv" },
    body: ["CUSTOMERGROUPID,DESCRIPTION", ...rows, ""].join("\r\n"),
  });
  if (!response.ok) throw new Error(`The file was refused with ${response.status}: ${await response.text()}`);
  return response.json();
}
