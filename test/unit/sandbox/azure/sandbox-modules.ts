import { createRequire } from "node:module";

/** The sandbox's own dependencies: tests speak gRPC with the very library that it speaks. */
const requireAsSandbox = createRequire(require.resolve("@windows-ha/sandbox/package.json"));

interface GrpcServer {
  addService(service: unknown, handlers: object): void;
  bindAsync(address: string, credentials: never, bound: (error: Error | null, port: number) => void): void;
  forceShutdown(): void;
}

/** For Pulumi's generated clients, which know the real types. */
export const { credentials, Server, ServerCredentials } = requireAsSandbox("@grpc/grpc-js") as {
  credentials: { createInsecure(): never };
  Server: new () => GrpcServer;
  ServerCredentials: { createInsecure(): never };
};
export const { Empty } = requireAsSandbox("google-protobuf/google/protobuf/empty_pb") as { Empty: new () => never };
export const { Struct } = requireAsSandbox("google-protobuf/google/protobuf/struct_pb") as {
  Struct: { fromJavaScript(value: object): never };
};
export const { compare } = requireAsSandbox("bcryptjs") as {
  compare: (password: string, hash: string) => Promise<boolean>;
};
