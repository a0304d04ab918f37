import { request, type IncomingMessage } from "node:http";
import { request as secureRequest } from "node:https";
import { connect } from "node:net";

/** An answer's status and the start of its body. */
export interface Answer {
  status: number;
  body: string;
}

const LONGEST_BODY = 64 * 1024;

/** Azure's probe and health extension ask a certificate neither for its name nor for its issuer. */
const SECURE = { rejectUnauthorized: false } as const;

/** One HTTP question on a connection of its own. @throws Error when there is no answer in time. */
export function askHttp(
  address: string,
  port: number,
  path: string,
  timeoutMs: number,
  scheme: "http" | "https" = "http",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(Math.max(1, timeoutMs));
    const where = { host: address, port, path, agent: false, signal } as const;
    const answered = (response: IncomingMessage): void => {
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length <= LONGEST_BODY) return;
        finish();
        question.destroy();
      });
      response.on("end", finish);
      response.on("error", reject);
    };
    const question = scheme === "https" ? secureRequest({ ...where, ...SECURE }, answered) : request(where, answered);
    question.on("error", reject);
    question.end();
  });
}

/** Whether something accepts connections there. @throws Error when nothing does in time. */
export function askTcp(address: string, port: number, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const timer = setTimeout(() => socket.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    socket.on("connect", () => {
      resolve();
      socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => clearTimeout(timer));
  });
}
