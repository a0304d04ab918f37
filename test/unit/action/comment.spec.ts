import { expect } from "chai";
import { readPreview, renderMarkdown } from "@windows-ha/report";
import { NotAllowed, writeComment } from "../../../action/write-comment.mjs";
import { largePreview } from "../../support/large-preview";
import { GitHub } from "./github";

describe("the comment of the preview report", () => {
  let github: GitHub;
  let api: string;
  let waited: number[];

  beforeEach(async () => {
    github = new GitHub();
    api = await github.start();
    waited = [];
  });
  afterEach(() => github.stop());

  const write = (text: string, options: object = {}): Promise<string> =>
    writeComment({
      ...{ api, token: "t", repository: "team/orders", number: 7, key: "dev", author: "github-actions[bot]", text },
      sleep: async (seconds: number) => void waited.push(seconds),
      log: () => undefined,
      ...options,
    });

  it("is created once, and updated in place from then on", async () => {
    github.add("a remark", "someone");
    expect(await write("first")).to.equal("created");
    expect(await write("second")).to.equal("updated");
    expect(github.comments.map(({ body }) => body)).to.deep.equal([
      "a remark",
      "<!-- windows-ha preview report: dev -->\nsecond",
    ]);
    expect(github.asked.filter((one) => !one.startsWith("GET"))).to.deep.equal([
      "POST /repos/team/orders/issues/7/comments",
      "PATCH /repos/team/orders/issues/comments/101",
    ]);
  });

  it("is one for each key", async () => {
    await write("dev");
    expect(await write("prod", { key: "prod--> <b>" })).to.equal("created");
    expect(await write("prod again", { key: "prod--> <b>" })).to.equal("updated");
    expect(github.comments[1]!.body).to.equal(
      "<!-- windows-ha preview report: prod%2D%2D%3E%20%3Cb%3E -->\nprod again",
    );
  });

  it("is found behind many others", async () => {
    for (let index = 0; index < 250; index++) github.add(`remark ${index}`, "someone");
    await write("first");
    expect(await write("second")).to.equal("updated");
    expect(github.asked.slice(-4, -1).map((one) => one.split("&")[1])).to.deep.equal(["page=1", "page=2", "page=3"]);
  });

  it("isn't somebody else's that looks like ours", async () => {
    const fake = github.add("<!-- windows-ha preview report: dev -->\nall is well", "someone");
    expect(await write("the truth")).to.equal("created");
    expect(fake.body).to.contain("all is well");
  });

  it("fits for a preview of 1,000 resources", async () => {
    expect(await write(renderMarkdown(readPreview(largePreview(1000))))).to.equal("created");
  });

  it("isn't written when it is longer than GitHub takes", async () => {
    const error = await failure(write("x".repeat(66_000)));
    expect(error.message).to.match(/has 66040 characters; GitHub takes 65536/);
    expect(github.asked).to.deep.equal([]);
  });

  const soon = (): string => String(Math.ceil(Date.now() / 1000) + 30);
  const LIMITS: [title: string, status: number, headers: () => Record<string, string>, least: number, most: number][] =
    [
      ["a limit that says how long", 403, () => ({ "retry-after": "7" }), 7, 7],
      [
        "a limit that says until when",
        403,
        () => ({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": soon() }),
        29,
        31,
      ],
      ["a limit that says nothing", 429, () => ({}), 60, 60],
      ["a failure on their side", 502, () => ({}), 2, 2],
    ];
  for (const [title, status, headers, least, most] of LIMITS) {
    it(`waits for ${title}`, async () => {
      github.refusals = [{ status, headers: headers() }];
      expect(await write("text")).to.equal("created");
      expect(waited).to.have.lengthOf(1);
      expect(waited[0]).to.be.within(least, most);
    });
  }

  it("doesn't wait for ever", async () => {
    github.refusals = [{ status: 429, headers: { "retry-after": "3600" } }];
    expect((await failure(write("text"))).message).to.contain("wants 3600 s of patience");
    github.refusals = Array.from({ length: 9 }, () => ({ status: 503 }));
    expect((await failure(write("text"))).message).to.contain("answered 503");
    expect(waited).to.deep.equal([2, 4, 8, 16]);
  });

  it("isn't created twice when nobody knows whether it was created", async () => {
    github.refuseNext("POST", { status: 502 });
    expect((await failure(write("text"))).message).to.contain("answered 502");
    expect(github.asked.filter((one) => one.startsWith("POST"))).to.have.lengthOf(1);
    expect(waited).to.deep.equal([]);
  });

  it("says that the token may not write, as on pull requests from forks", async () => {
    github.mayWrite = false;
    const error = await failure(write("text"));
    expect(error).to.be.instanceOf(NotAllowed);
    expect(error.message).to.contain("Resource not accessible by integration");
    expect(await failure(write("text", { token: "wrong" }))).to.be.instanceOf(NotAllowed);
  });
});

async function failure(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: Error) => error,
  );
  if (!outcome) throw new Error("it succeeded");
  return outcome;
}
