/**
 * Writes what the sandbox's stand-in providers know about the properties of resources, read from the declarations of
 * the providers' SDKs. `--check` writes nothing and exits 1 when a committed file is not what would be written.
 *
 * Only syntax is read, no types are computed: `types/input.d.ts` of azure-native has 175,000 lines.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as prettier from "prettier";
import * as ts from "typescript";
import type { ObjectSchema, PackageSchema, PropertyType } from "../packages/sandbox/src/provider/schema";

const ROOT = join(__dirname, "..");

interface SchemaFile {
  /** Where the file lies, from the repository's root. */
  path: string;
  /** The SDK's folder. */
  sdk: string;
  /** The emulated resources: Pulumi's type token, and the declaration file in the SDK without `.d.ts`. */
  resources: Record<string, string>;
}

const SCHEMA_FILES: readonly SchemaFile[] = [
  {
    path: "packages/sandbox/src/azure/schemas.generated.json",
    sdk: "node_modules/@pulumi/azure-native",
    resources: {
      "azure-native:authorization:RoleAssignment": "authorization/roleAssignment",
      "azure-native:compute:AvailabilitySet": "compute/availabilitySet",
      "azure-native:compute:Disk": "compute/disk",
      "azure-native:compute:Gallery": "compute/gallery",
      "azure-native:compute:GalleryApplication": "compute/galleryApplication",
      "azure-native:compute:GalleryApplicationVersion": "compute/galleryApplicationVersion",
      "azure-native:compute:VirtualMachine": "compute/virtualMachine",
      "azure-native:compute:VirtualMachineExtension": "compute/virtualMachineExtension",
      "azure-native:compute:VirtualMachineRunCommandByVirtualMachine":
        "compute/virtualMachineRunCommandByVirtualMachine",
      "azure-native:compute:VirtualMachineScaleSet": "compute/virtualMachineScaleSet",
      "azure-native:containerservice:AgentPool": "containerservice/agentPool",
      "azure-native:containerservice:MaintenanceConfiguration": "containerservice/maintenanceConfiguration",
      "azure-native:containerservice:ManagedCluster": "containerservice/managedCluster",
      "azure-native:keyvault:Secret": "keyvault/secret",
      "azure-native:keyvault:Vault": "keyvault/vault",
      "azure-native:managedidentity:FederatedIdentityCredential": "managedidentity/federatedIdentityCredential",
      "azure-native:managedidentity:UserAssignedIdentity": "managedidentity/userAssignedIdentity",
      "azure-native:monitor:ActivityLogAlert": "monitor/activityLogAlert",
      "azure-native:monitor:AutoscaleSetting": "monitor/autoscaleSetting",
      "azure-native:monitor:AzureMonitorWorkspace": "monitor/azureMonitorWorkspace",
      "azure-native:monitor:DataCollectionRuleAssociation": "monitor/dataCollectionRuleAssociation",
      "azure-native:network:ApplicationSecurityGroup": "network/applicationSecurityGroup",
      "azure-native:network:FlowLog": "network/flowLog",
      "azure-native:network:LoadBalancer": "network/loadBalancer",
      "azure-native:network:NatGateway": "network/natGateway",
      "azure-native:network:NetworkInterface": "network/networkInterface",
      "azure-native:network:NetworkSecurityGroup": "network/networkSecurityGroup",
      "azure-native:network:PrivateDnsZoneGroup": "network/privateDnsZoneGroup",
      "azure-native:network:PrivateEndpoint": "network/privateEndpoint",
      "azure-native:network:PublicIPAddress": "network/publicIPAddress",
      "azure-native:network:Subnet": "network/subnet",
      "azure-native:network:VirtualNetwork": "network/virtualNetwork",
      "azure-native:privatedns:PrivateZone": "privatedns/privateZone",
      "azure-native:privatedns:VirtualNetworkLink": "privatedns/virtualNetworkLink",
      "azure-native:resources:ResourceGroup": "resources/resourceGroup",
      "azure-native:storage:Blob": "storage/blob",
      "azure-native:storage:BlobContainer": "storage/blobContainer",
      "azure-native:storage:BlobServiceProperties": "storage/blobServiceProperties",
      "azure-native:storage:StorageAccount": "storage/storageAccount",
    },
  },
  {
    path: "packages/sandbox/src/command/schemas.generated.json",
    sdk: "node_modules/@pulumi/command",
    resources: {
      "command:local:Command": "local/command",
      "command:remote:Command": "remote/command",
      "command:remote:CopyToRemote": "remote/copyToRemote",
    },
  },
  {
    path: "packages/sandbox/src/kubernetes/schemas.generated.json",
    sdk: "node_modules/@pulumi/kubernetes",
    resources: {
      "kubernetes:apps/v1:Deployment": "apps/v1/deployment",
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": "autoscaling/v2/horizontalPodAutoscaler",
      "kubernetes:core/v1:ConfigMap": "core/v1/configMap",
      "kubernetes:core/v1:Namespace": "core/v1/namespace",
      "kubernetes:core/v1:Service": "core/v1/service",
      "kubernetes:core/v1:ServiceAccount": "core/v1/serviceAccount",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy": "networking/v1/networkPolicy",
      "kubernetes:policy/v1:PodDisruptionBudget": "policy/v1/podDisruptionBudget",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": "rbac/v1/clusterRole",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": "rbac/v1/clusterRoleBinding",
      "kubernetes:rbac.authorization.k8s.io/v1:Role": "rbac/v1/role",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": "rbac/v1/roleBinding",
    },
  },
  {
    path: "packages/sandbox/src/random/schemas.generated.json",
    sdk: "node_modules/@pulumi/random",
    resources: {
      "random:index/randomId:RandomId": "randomId",
      "random:index/randomPassword:RandomPassword": "randomPassword",
      "random:index/randomString:RandomString": "randomString",
    },
  },
  {
    path: "packages/sandbox/src/tls/schemas.generated.json",
    sdk: "node_modules/@pulumi/tls",
    resources: {
      "tls:index/certRequest:CertRequest": "certRequest",
      "tls:index/locallySignedCert:LocallySignedCert": "locallySignedCert",
      "tls:index/privateKey:PrivateKey": "privateKey",
      "tls:index/selfSignedCert:SelfSignedCert": "selfSignedCert",
    },
  },
];

/** Reads one SDK. Nested types are collected once, however many resources use them. */
class SdkReader {
  readonly #interfaces: Map<string, ts.InterfaceDeclaration>;
  readonly #enums: Map<string, string[]> = new Map();
  readonly #types: Record<string, ObjectSchema> = {};

  constructor(private readonly sdk: string) {
    this.#interfaces = this.#readInputTypes();
  }

  read(resources: Record<string, string>): PackageSchema {
    const { version } = JSON.parse(readFileSync(join(this.sdk, "package.json"), "utf8")) as { version: string };
    const schema: PackageSchema = { version, resources: {}, types: this.#types };
    for (const [token, file] of Object.entries(resources)) {
      schema.resources[token] = this.#readResource(token.slice(token.lastIndexOf(":") + 1), file);
    }
    return schema;
  }

  #readResource(className: string, file: string): PackageSchema["resources"][string] {
    const source = parse(join(this.sdk, `${file}.d.ts`));
    const args = source.statements.find(
      (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === `${className}Args`,
    ) as ts.InterfaceDeclaration;
    const declaration = source.statements.find(
      (statement) => ts.isClassDeclaration(statement) && statement.name?.text === className,
    ) as ts.ClassDeclaration;
    const inputs = this.#readInterface(args);
    const outputs = declaration.members
      .filter((member) => ts.isPropertyDeclaration(member))
      .filter((member) => !member.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword))
      .map((member) => member.name.getText(source));
    const apiVersion = /Uses Azure REST API version (\S+?)\.(\s|$)/.exec(declaration.getFullText(source))?.[1];
    return { ...(apiVersion ? { apiVersion } : {}), ...inputs, outputs };
  }

  #readInterface(declaration: ts.InterfaceDeclaration): ObjectSchema {
    const properties: Record<string, PropertyType> = {};
    const required: string[] = [];
    for (const member of declaration.members) {
      if (!ts.isPropertySignature(member) || !member.type) continue;
      const name = (member.name as ts.Identifier).text;
      properties[name] = this.#readType(member.type);
      if (!member.questionToken) required.push(name);
    }
    return { properties, required };
  }

  #readType(node: ts.TypeNode): PropertyType {
    if (ts.isParenthesizedTypeNode(node)) return this.#readType(node.type);
    if (ts.isUnionTypeNode(node)) return this.#readUnion(node);
    if (ts.isArrayTypeNode(node)) return { type: "array", items: this.#readType(node.elementType) };
    if (ts.isTypeLiteralNode(node)) {
      const index = node.members.find((member) => ts.isIndexSignatureDeclaration(member));
      return index ? { type: "map", items: this.#readType(index.type) } : { type: "any" };
    }
    if (ts.isTypeReferenceNode(node)) return this.#readReference(node);
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return { type: "string" };
      case ts.SyntaxKind.NumberKeyword:
        return { type: "number" };
      case ts.SyntaxKind.BooleanKeyword:
        return { type: "boolean" };
      default:
        return { type: "any" };
    }
  }

  /** `string | SomeEnum`: the SDK takes every string, but the service means the enum. */
  #readUnion(node: ts.UnionTypeNode): PropertyType {
    const members = node.types
      .filter((member) => member.kind !== ts.SyntaxKind.UndefinedKeyword)
      .map((member) => this.#readType(member));
    const withEnum = members.find((member) => "enum" in member);
    if (withEnum) return withEnum;
    const [first, ...others] = members;
    return first && others.every((other) => JSON.stringify(other) === JSON.stringify(first)) ? first : { type: "any" };
  }

  #readReference(node: ts.TypeReferenceNode): PropertyType {
    const name = entityName(node.typeName);
    if (name === "pulumi.Input") return this.#readType(node.typeArguments![0]!);
    if (name.startsWith("enums.")) return { type: "string", enum: this.#readEnum(name.slice("enums.".length)) };
    if (!name.startsWith("inputs.")) return { type: "any" };
    const ref = name.slice("inputs.".length);
    if (!this.#types[ref]) {
      const declaration = this.#interfaces.get(ref);
      if (!declaration) throw new Error(`${this.sdk}: types/input.d.ts declares no ${ref}`);
      this.#types[ref] = { properties: {}, required: [] }; // Types refer to themselves.
      Object.assign(this.#types[ref], this.#readInterface(declaration));
    }
    return { type: "object", ref };
  }

  #readInputTypes(): Map<string, ts.InterfaceDeclaration> {
    const found = new Map<string, ts.InterfaceDeclaration>();
    const file = join(this.sdk, "types/input.d.ts");
    if (!existsSync(file)) return found;
    collectInterfaces(parse(file).statements, "", found);
    return found;
  }

  #readEnum(qualifiedName: string): string[] {
    const known = this.#enums.get(qualifiedName);
    if (known) return known;
    const parts = qualifiedName.split(".");
    const [module, name] = [parts.slice(0, -1).join("/"), parts.at(-1)!];
    for (const statement of parse(join(this.sdk, "types/enums", module, "index.d.ts")).statements) {
      if (!ts.isVariableStatement(statement)) continue;
      const [declaration] = statement.declarationList.declarations;
      if (!declaration?.type || !ts.isTypeLiteralNode(declaration.type)) continue;
      const values = declaration.type.members
        .map((member) => (ts.isPropertySignature(member) && member.type ? member.type : undefined))
        .map((type) =>
          type && ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? type.literal.text : "",
        );
      this.#enums.set(`${parts.slice(0, -1).join(".")}.${(declaration.name as ts.Identifier).text}`, values);
    }
    const values = this.#enums.get(qualifiedName);
    if (!values) throw new Error(`${this.sdk}: types/enums/${module} declares no ${name}`);
    return values;
  }
}

/** Every interface by its qualified name; a package without modules declares its types at the top. */
function collectInterfaces(
  statements: readonly ts.Statement[],
  prefix: string,
  found: Map<string, ts.InterfaceDeclaration>,
): void {
  for (const statement of statements) {
    if (ts.isInterfaceDeclaration(statement)) found.set(`${prefix}${statement.name.text}`, statement);
    if (!ts.isModuleDeclaration(statement) || !statement.body || !ts.isModuleBlock(statement.body)) continue;
    collectInterfaces(statement.body.statements, `${prefix}${statement.name.text}.`, found);
  }
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, false);
}

function entityName(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${entityName(name.left)}.${name.right.text}`;
}

/** The text that the file should have, formatted by Prettier. */
async function generatedText(file: SchemaFile): Promise<string> {
  const schema = new SdkReader(join(ROOT, file.sdk)).read(file.resources);
  const sorted = { ...schema, types: Object.fromEntries(Object.entries(schema.types).sort()) };
  const target = join(ROOT, file.path);
  const options = await prettier.resolveConfig(target);
  return prettier.format(JSON.stringify(sorted), { ...options, filepath: target });
}

async function main(): Promise<void> {
  const check = process.argv.includes("--check");
  for (const file of SCHEMA_FILES) {
    const target = join(ROOT, file.path);
    const text = await generatedText(file);
    if (existsSync(target) && readFileSync(target, "utf8") === text) continue;
    if (check) {
      console.error(`${file.path} is not what its SDK says; run: tsx tools/generate-azure-schemas.ts`);
      process.exitCode = 1;
    } else {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      console.log(`wrote ${file.path}`);
    }
  }
}

void main();
