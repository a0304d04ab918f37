/**
 * Writes the report as a comment on the pull request, and updates that comment with the next report. Node.js's built-ins
 * only: the action has nothing to install.
 */
import { readFileSync } from "node:fs";
import { NotAllowed, writeComment } from "./write-comment.mjs";

function pullRequestNumber({ GITHUB_EVENT_PATH }) {
  const event = JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8"));
  return event.pull_request?.number;
}

async function main(env) {
  const number = pullRequestNumber(env);
  if (number === undefined) {
    console.log("::notice::This isn't a pull request: the report is in the summary of this run.");
    return;
  }
  try {
    const done = await writeComment({
      api: env.GITHUB_API_URL,
      token: env.GITHUB_TOKEN,
      repository: env.GITHUB_REPOSITORY,
      number,
      key: env.COMMENT_KEY || "preview",
      author: env.COMMENT_AUTHOR,
      text: readFileSync(env.COMMENT_FILE, "utf8"),
    });
    console.log(`Comment ${done}.`);
  } catch (error) {
    const allowed = !(error instanceof NotAllowed);
    // Pull requests from forks get a token that may only read; the report is in the summary all the same.
    console.log(`::${allowed ? "error" : "warning"}::No comment: ${error.message}`);
    if (allowed) process.exitCode = 1;
  }
}

await main(process.env);
