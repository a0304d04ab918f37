/** Defaults of everything on AKS, each with its source; `DEFAULTS.aks` is this table. Ids like S3-07 name requirements. */
export const AKS_DEFAULTS = {
  cluster: {
    /** Security fixes within the minor version; the next minor version stays somebody's decision. */
    upgradeChannel: "patch",
    /** A new image each week. SecurityPatch doesn't exist for Windows, and Unmanaged does nothing there (azure-aks-docs). */
    nodeImageChannel: "NodeImage",
    maintenance: { dayOfWeek: "Sunday", startTime: "02:00", utcOffset: "+00:00", durationHours: 4 },
    systemPool: {
      /** One per zone; Azure's least is 2, and its recommendation 3. */
      count: 3,
      /** Azure's least for system pools are 4 processors and 4 GiB, no burst credits; the local disk holds the system's. */
      size: "Standard_D4ds_v5",
      /** Kubernetes' own figure. */
      maxPods: 110,
      /** Azure's recommendation for production: one of three. */
      maxSurge: "33%",
    },
    network: {
      /** S3-41; each node takes a /24 of it, and it can't grow once there are Windows nodes. */
      podCidr: "10.244.0.0/16",
      /** Azure's own default. */
      serviceCidr: "10.0.0.0/16",
      /** The only engine for Windows nodes that new clusters may choose. */
      networkPolicy: "calico",
    },
    /** How kubectl and Pulumi prove who they are. */
    login: "azurecli",
    /** As often as machines look for new versions of secrets. */
    secretRotationSeconds: 300,
  },
  windowsPool: {
    /** Three more follow, and six is the most: the rest of a Windows computer's 15 are Azure's. */
    poolPrefix: "win",
    /** On every version of Kubernetes that AKS has until 1.36; 2025 needs FIPS and generation 2. */
    osSku: "Windows2022",
    size: "Standard_D4ds_v5",
    /** One per zone (S3-07). */
    count: 3,
    /** Overlay networks give every node 250 addresses; more than 110 pods aren't recommended on Windows, fewer than 50 waste it. */
    maxPods: 50,
    /** Azure's default for Windows nodes; fits on the local disk of the default size. */
    osDiskSizeGb: 128,
    osDiskType: "Ephemeral",
    upgrade: {
      /** Azure's recommendation for production: one of three. */
      maxSurge: "33%",
      /** Azure's default. */
      drainTimeoutMinutes: 30,
      soakMinutes: 0,
    },
  },
  workload: {
    /** S3-07. */
    replicas: 3,
    /** S3-06. */
    minimumActive: 2,
    windowsVersion: "ltsc2022",
    probePreset: "default",
    /** S4-36; nothing but this wait lets every node and the balancer learn that a pod is going. */
    preStopSeconds: 30,
    /** Kubernetes' own default is 300: five minutes with a replica less. Shorter than this, a restarting node loses its pods. */
    notReadySeconds: 30,
    resources: { cpuRequestMillicores: 250, cpuLimitMillicores: 1000, memoryMegabytes: 512 },
    /** Mean of all pods, in percent of what they request; the mark at which machines are added, too. */
    autoscaleCpuPercent: 70,
    /** Kubernetes' own default, written down: load that comes back within it finds its pods. */
    scaleDownWindowSeconds: 300,
  },
  consul: {
    /** Between two looks at what changed; the program's own 30 s would show callers a gone pod as long. */
    syncIntervalSeconds: 5,
    /** The vendor's repository at its own registry. */
    syncImage: "hashicorp/consul-k8s-control-plane",
    /** By version of Consul: the newest patch of the version that its vendor supports with it (compatibility matrix of consul-k8s). */
    syncVersions: { "1.20": "1.7.10", "1.21": "1.8.8", "1.22": "1.9.3" },
  },
  image: { base: "nanoserver", goImage: "golang:1.26", package: "." },
  /** What predictions have to assume, because no declaration says it. */
  prediction: {
    /** From the end of a container to its pod's removal from the endpoints: the kubelet looks each second. */
    endpointSeconds: 2,
    /** A Windows container whose image is on the node, until its process runs. */
    containerStartSeconds: 15,
    /** Until a silent node is NotReady: node-monitor-grace-period of Kubernetes 1.32 and later. */
    nodeNotReadySeconds: 50,
    /** A Windows image that isn't on the node: a slow pull in a public report took 5 min 32 s (Azure/AKS#4082). */
    imagePullSeconds: 332,
  },
} as const;

/** How long Kubernetes waits for a new revision beyond the start of the service: a first Windows node takes 15 minutes. */
export const NODE_START_SECONDS = 900;
