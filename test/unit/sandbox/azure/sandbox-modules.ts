import { createRequire } from "node:module";

/** The sandbox's own dependencies: tests speak gRPC with the very library that it speaks. */
const requireAsSandbox = createRequire(require.resolve("@windows-ha/sandbox/package.json"));

/** For Pulumi's generated clients, which know the real types. */
export const { credentials } = requireAsSandbox("@grpc/grpc-js") as { credentials: { createInsecure(): never } };
export const { Empty } = requireAsSandbox("google-protobuf/google/protobuf/empty_pb") as { Empty: new () => never };
export const { Struct } = requireAsSandbox("google-protobuf/google/protobuf/struct_pb") as {
  Struct: { fromJavaScript(value: object): never };
};
export const { compare } = requireAsSandbox("bcryptjs") as {
  compare: (password: string, hash: string) => Promise<boolean>;
};
