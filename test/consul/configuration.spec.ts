import { expect } from "chai";
import {
  CONSUL_VALUE_BYTES,
  configurationValues,
  consulServiceDocument,
  type ConfigurationSpec,
} from "@windows-ha/spec";
import type { ConsulAgent } from "../support/consul-agent";
import { ConsulDatacenter } from "../support/consul-datacenter";
import { OrdersProcess } from "../support/orders-process";
import { eventually } from "../support/traffic";

/** From a write in the store to what the service says, on a busy computer; the wait itself is milliseconds. */
const LIVE_SECONDS = 2;

/** What is declared, in a real store, followed by the real service. */
describe("the configuration of a running service", function () {
  this.timeout(60_000);
  const datacenter = new ConsulDatacenter();
  const [server] = datacenter.servers as [ConsulAgent];
  const token = datacenter.management;
  let client: ConsulAgent;
  let orders: OrdersProcess;

  const put = (key: string, body: string): Promise<unknown> => server.ask(`kv/${key}`, { method: "PUT", token, body });
  const declare = async (environment: Record<string, string>): Promise<void> => {
    const configuration: ConfigurationSpec = {
      defaults: { capacity: "100", "order/max-items": "${ITEMS:5}" },
      environment,
      variables: {},
      store: "consul",
      notSecrets: [],
    };
    for (const [key, value] of Object.entries(configurationValues({ name: "orders", configuration })))
      await put(key, value);
  };
  const inForce = (key: string, value: string, seconds = LIVE_SECONDS): Promise<number> =>
    eventually(`${key} = ${value}`, seconds, async () => (await orders.setting(key)) === value);

  before(async () => {
    await datacenter.start();
    await datacenter.seed();
    await declare({});
    client = datacenter.client("web000001");
    client.configure(
      "orders",
      consulServiceDocument({
        name: "orders",
        port: OrdersProcess.port,
        version: "1.4.2",
        healthAddress: client.address,
      }),
    );
    client.start();
    orders = new OrdersProcess(client, datacenter.folder, datacenter.tokens.orders.secretId, {
      WINDOWS_HA_CONFIG_PREFIX: "service/orders",
      LOG_LEVEL: "warn",
    });
    // Before its Consul client is up: it waits, and isn't ready meanwhile.
    orders.start();
    await eventually("a ready service", 30, async () => (await orders.status("/ready")) === 200);
  });

  after(async () => {
    await orders?.end();
    await datacenter.remove();
  });

  it("is what was declared, with the layer of each value", async () => {
    const { settings } = await orders.configuration();
    expect(settings).to.deep.equal([
      { key: "capacity", value: "100", source: "store" },
      { key: "log/level", value: "warn", source: "environment" },
      { key: "order/max-items", value: "5", source: "store" },
    ]);
  });

  it("changes within seconds and without a restart, again and again", async () => {
    const { processId } = orders;
    for (const capacity of ["200", "300", "400"]) {
      await declare({ capacity });
      await inForce("capacity", capacity);
    }
    expect(orders.processId, "the process that was started first").to.equal(processId).and.not.equal(undefined);
  });

  it("keeps a bad value out, warns, and takes the next good one", async () => {
    await declare({ capacity: "a lot" });
    await eventually("the refusal", LIVE_SECONDS, async () => {
      const { store } = await orders.configuration();
      return store?.refused?.includes('capacity is "a lot", by the store') ?? false;
    });
    expect(await orders.setting("capacity")).to.equal("400");
    expect(await orders.status("/ready"), "a bad value takes no instance out").to.equal(200);
    await eventually("the warning", 12, async () => (await orders.status("/health/deps")) === 429);
    await declare({ capacity: "500" });
    await inForce("capacity", "500");
  });

  it("lets a service read what is its own, and write none of it", async () => {
    const own = datacenter.tokens.orders.secretId;
    await put("service/payments/capacity", "1");
    await put("service/orders-archive/capacity", "1");
    const read = (key: string): Promise<{ status: number }> => client.request(`kv/${key}`, { token: own });
    expect((await read("service/orders/capacity")).status).to.equal(200);
    expect((await read("service/payments/capacity")).status).to.equal(403);
    expect((await read("service/orders-archive/capacity")).status).to.equal(403);
    const write = await client.request("kv/service/orders/capacity", { method: "PUT", token: own, body: "1" });
    expect(write.status).to.equal(403);
  });

  it("isn't disturbed by the largest value that the store takes", async () => {
    await put("service/orders/large", "x".repeat(CONSUL_VALUE_BYTES));
    await eventually("it to be nobody's", LIVE_SECONDS, async () =>
      ((await orders.configuration()).unknown ?? []).includes("large"),
    );
    await declare({ capacity: "600" });
    await inForce("capacity", "600");
  });

  it("goes on while Consul is away, over a restart too, and follows again when it is back", async () => {
    await client.end("SIGKILL");
    await eventually("the loss to be known", 5, async () => !(await orders.configuration()).store!.answers);
    expect(await orders.setting("capacity")).to.equal("600");
    expect(await orders.status("/ready")).to.equal(200);
    await orders.end("SIGTERM");
    orders.start();
    await eventually("readiness with what was said last", 5, async () => (await orders.status("/ready")) === 200);
    expect(await orders.setting("capacity")).to.equal("600");
    await declare({ capacity: "700" });
    client.start();
    // Its back-off has grown by then, and the client has to join.
    await inForce("capacity", "700", 30);
  });
});
