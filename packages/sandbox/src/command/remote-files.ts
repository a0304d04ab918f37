import { readdir, stat } from "node:fs/promises";
import { basename, join, posix } from "node:path";
import type { SFTPWrapper, Stats } from "ssh2";

/** SFTP's "no such file". */
const NO_SUCH_FILE = 2;

/** A text becomes a file; a folder can't be one. */
export async function copyText(files: SFTPWrapper, text: string, remotePath: string): Promise<void> {
  if ((await statusOf(files, remotePath))?.isDirectory()) {
    throw new Error(`remotePath: ${remotePath} is a folder on the host; a text needs the path of a file`);
  }
  await makeFolders(files, posix.dirname(remotePath));
  await write(remotePath, (done) => files.writeFile(remotePath, text, done));
}

/**
 * Copies a file or a folder with everything below it:
 *
 * | source    | the host has a folder there | nothing there   | a file there     |
 * | --------- | --------------------------- | --------------- | ---------------- |
 * | a file    | into the folder             | becomes the file | overwrites it   |
 * | `folder`  | into the folder, with its name | the same     | refused          |
 * | `folder/` | its content into the folder | the same        | refused          |
 */
export async function copyPath(files: SFTPWrapper, path: string, remotePath: string): Promise<void> {
  const there = await statusOf(files, remotePath);
  if (!(await stat(path)).isDirectory()) {
    await makeFolders(files, posix.dirname(remotePath));
    await copyFile(files, path, there?.isDirectory() ? posix.join(remotePath, basename(path)) : remotePath);
    return;
  }
  await copyFolder(files, path, path.endsWith("/") ? remotePath : posix.join(remotePath, basename(path)));
}

async function copyFolder(files: SFTPWrapper, path: string, remotePath: string): Promise<void> {
  await makeFolders(files, remotePath);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const copy = (await stat(join(path, entry.name))).isDirectory() ? copyFolder : copyFile;
    await copy(files, join(path, entry.name), posix.join(remotePath, entry.name));
  }
}

async function copyFile(files: SFTPWrapper, path: string, remotePath: string): Promise<void> {
  await write(remotePath, (done) => files.fastPut(path, remotePath, done));
}

async function makeFolders(files: SFTPWrapper, folder: string): Promise<void> {
  const there = await statusOf(files, folder);
  if (there && !there.isDirectory()) throw new Error(`remotePath: ${folder} is a file on the host, not a folder`);
  if (there || folder === posix.dirname(folder)) return;
  await makeFolders(files, posix.dirname(folder));
  await write(folder, (done) => files.mkdir(folder, done));
}

function statusOf(files: SFTPWrapper, remotePath: string): Promise<Stats | undefined> {
  return new Promise((resolve, reject) => {
    files.stat(remotePath, (error, status) => {
      if (!error) resolve(status);
      else if ((error as { code?: number }).code === NO_SUCH_FILE) resolve(undefined);
      else reject(new Error(`remotePath: ${remotePath}: ${error.message}`));
    });
  });
}

/** SFTP's errors don't say which file. */
function write(remotePath: string, start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error) reject(new Error(`remotePath: ${remotePath} could not be written: ${error.message}`));
      else resolve();
    });
  });
}
