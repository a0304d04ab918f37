/** GitHub's own limit (https://docs.github.com/rest/issues/comments), in characters. */
const LONGEST_BODY = 65_536;
const PER_PAGE = 100;
const MOST_PAGES = 30;
const MOST_TRIES = 5;
/** Longer than this nobody waits for a comment. */
const LONGEST_WAIT_SECONDS = 120;

/** Thrown when GitHub doesn't let this token comment, as on pull requests from forks. */
export class NotAllowed extends Error {}

/**
 * Creates or updates the comment.
 *
 * @param {object} options
 * @param {string} options.api the address of GitHub's REST API
 * @param {string} options.token
 * @param {string} options.repository owner/name
 * @param {number} options.number of the pull request
 * @param {string} options.key tells comments of several previews apart
 * @param {string} options.author whose comment may be updated: anybody can write a comment that looks like ours
 * @param {string} options.text
 * @param {(seconds: number) => Promise<void>} [options.sleep]
 * @param {(line: string) => void} [options.log]
 * @returns {Promise<"created" | "updated">}
 */
export async function writeComment(options) {
  const { repository, number, key, author, text } = options;
  // A comment of HTML: two hyphens would end it.
  const marker = `<!-- windows-ha preview report: ${encodeURIComponent(key).replaceAll("-", "%2D")} -->`;
  const body = `${marker}\n${text}`;
  if (body.length > LONGEST_BODY) {
    throw new Error(`The comment has ${body.length} characters; GitHub takes ${LONGEST_BODY}. It wasn't written.`);
  }
  const comments = `/repos/${repository}/issues/${number}/comments`;
  const former = await find(comments, (comment) => comment.user?.login === author && comment.body?.startsWith(marker));
  if (former) {
    await ask("PATCH", `/repos/${repository}/issues/comments/${former.id}`, { body });
    return "updated";
  }
  await ask("POST", comments, { body });
  return "created";

  async function find(path, matches) {
    for (let page = 1; page <= MOST_PAGES; page++) {
      const found = await ask("GET", `${path}?per_page=${PER_PAGE}&page=${page}`);
      const one = found.find(matches);
      if (one) return one;
      if (found.length < PER_PAGE) return undefined;
    }
    return undefined;
  }

  function ask(method, path, content) {
    return request(method, path, content, options);
  }
}

async function request(method, path, content, { api, token, sleep = pause, log = console.log }) {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "user-agent": "windows-ha-preview-report",
        "x-github-api-version": "2022-11-28",
      },
      ...(content ? { body: JSON.stringify(content) } : {}),
    });
    if (response.ok) return response.json();
    const wait = waitSeconds(response, method, attempt);
    const reason = await reasonOf(response);
    if (wait === undefined) {
      const message = `${method} ${path}: GitHub answered ${response.status}: ${reason}`;
      throw [401, 403, 404].includes(response.status) ? new NotAllowed(message) : new Error(message);
    }
    if (attempt === MOST_TRIES || wait > LONGEST_WAIT_SECONDS) {
      throw new Error(
        `${method} ${path}: GitHub answered ${response.status} (${reason}), and wants ${wait} s of patience.`,
      );
    }
    log(`GitHub answered ${response.status} (${reason}): waiting ${wait} s`);
    await sleep(wait);
  }
}

/** Undefined when trying again is of no use. Source: GitHub's documentation of rate limits. */
function waitSeconds({ status, headers }, method, attempt) {
  if (status === 403 || status === 429) {
    const after = Number(headers.get("retry-after"));
    if (after > 0) return after;
    if (headers.get("x-ratelimit-remaining") === "0") {
      return Math.max(1, Math.ceil(Number(headers.get("x-ratelimit-reset")) - Date.now() / 1000));
    }
    // A secondary limit without a time: a minute, they say.
    return status === 429 ? 60 : undefined;
  }
  // A comment that was perhaps created must not be created twice.
  return status >= 500 && method !== "POST" ? 2 ** attempt : undefined;
}

async function reasonOf(response) {
  try {
    return String((await response.json()).message).slice(0, 200);
  } catch {
    return response.statusText;
  }
}

function pause(seconds) {
  return new Promise((done) => setTimeout(done, seconds * 1000));
}
