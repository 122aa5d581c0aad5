import { afterEach, describe, expect, test } from "vitest";
import { checkedLookup } from "../../shared/courier/checkedLookup.ts";
import { createCourier } from "../../shared/courier/courier.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

const eventGridToken = (): Promise<string> => Promise.resolve("");
const local = createCourier({ mayBeLocal: true, eventGridToken });
const inAzure = createCourier({ mayBeLocal: false, eventGridToken });
const receivers: Receiver[] = [];

afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.stop();
});

async function receiverThat(answer?: Parameters<typeof startReceiver>[0]): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  return receiver;
}

const request = (url: string) => ({ url, headers: { "content-type": "application/json" }, body: '{"a":"é"}' });

describe("a call of a target", () => {
  test("carries the body as it is, and says what was answered", async () => {
    const receiver = await receiverThat((response) => void response.writeHead(418).end("short and stout"));

    expect(await local.post(request(receiver.url))).toEqual({ status: 418 });
    expect(receiver.received).toMatchObject([{ body: '{"a":"é"}', headers: { "content-length": "10" } }]);
  });

  test("follows no redirection", async () => {
    const other = await receiverThat();
    const receiver = await receiverThat((response) => void response.writeHead(307, { location: other.url }).end());

    expect(await local.post(request(receiver.url))).toEqual({ status: 307 });
    expect(other.received).toEqual([]);
  });

  test("ends with an answer that does not end", async () => {
    const receiver = await receiverThat((response) => {
      response.writeHead(200);
      const flood = (): void => void (response.writable && response.write(Buffer.alloc(65_536), () => flood()));
      flood();
    });

    expect(await local.post(request(receiver.url))).toEqual({ status: 200 });
  });

  test("ends with an answer that changes to another protocol", async () => {
    const receiver = await receiverThat(
      ({ socket }) =>
        void socket?.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"),
    );

    expect(await local.post(request(receiver.url))).toEqual({ status: 101 });
  });

  test("ends in time when there is no answer, or one that stands still", async () => {
    const impatient = createCourier({ mayBeLocal: true, eventGridToken, callMs: 50 });
    const silent = await receiverThat(() => undefined);
    const stuck = await receiverThat((response) => void response.writeHead(200).write("more"));

    for (const { url } of [silent, stuck]) {
      expect(await impatient.post(request(url))).toEqual({ failure: "It did not answer in time." });
    }
  });

  test("says that nobody listens, or hangs up", async () => {
    const gone = await startReceiver();
    await gone.stop();
    const rude = await receiverThat((response) => void response.destroy());

    expect(await local.post(request(gone.url))).toEqual({ failure: "Nothing listens there." });
    expect(await local.post(request(rude.url))).toEqual({ failure: "It hung up without an answer." });
  });

  test.each([
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://169.254.169.254/metadata/instance",
    "https://localhost/",
    "https://10.1.2.3:8443/",
  ])("goes to nothing inside: %s", async (url) => {
    expect(await inAzure.post(request(url))).toMatchObject({
      failure: expect.stringContaining("is not on the public internet"),
    });
  });

  test("goes over https alone, but on a developer's machine", async () => {
    expect(await inAzure.post(request("http://receiver.example/"))).toEqual({ failure: "Events go over https alone." });
  });

  test("connects to the address that was checked, whatever the name leads to a moment later", async () => {
    const receiver = await receiverThat();
    const port = new URL(receiver.url).port;
    let asked = 0;
    const lookup = checkedLookup(true, (_name, _options, answer) => {
      asked += 1;
      answer(null, [{ address: asked === 1 ? "127.0.0.1" : "169.254.169.254", family: 4 }]);
    });
    const rebound = createCourier({ mayBeLocal: true, eventGridToken, lookup });

    expect(await rebound.post(request(`http://receiver.example:${port}/`))).toEqual({ status: 204 });
    expect(await rebound.post(request(`http://receiver.example:${port}/`))).toMatchObject({
      failure: expect.stringContaining("is not on the public internet"),
    });
    expect(receiver.received).toHaveLength(1);
  });
});
