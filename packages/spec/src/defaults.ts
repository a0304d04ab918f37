import { AKS_DEFAULTS } from "./aks/aks-defaults";

/**
 * Every default that the product chooses, in one place, each with its source. Ids like S3-07 name rows of the
 * requirements; "Azure" names a platform limit.
 */
export const DEFAULTS = {
  machines: {
    /** Equal instances over the zones (S3-07). */
    count: 3,
    /** Instances that keep serving whatever is being replaced (S3-06). */
    minimumActive: 2,
    zones: ["1", "2", "3"],
    /** 2 vCPU, 8 GiB, Premium disks, Trusted Launch and encryption at host; no burst credits to run out of. */
    size: "Standard_D2s_v5",
    /** Generation 2 only, and on the list of images that Azure patches by itself. */
    image: {
      publisher: "MicrosoftWindowsServer",
      offer: "WindowsServer",
      sku: "2022-datacenter-azure-edition",
      version: "latest",
    },
    /** Not on Azure's list of refused names. */
    adminUsername: "clusteradmin",
    osDiskType: "Premium_LRS",
    dataDiskType: "Premium_LRS",
    /** Loses nothing with the machine, as a write cache does, and serves repeated reads from the host. */
    dataDiskCaching: "ReadOnly",
    /** Azure installs security updates, never in two zones at the same time. */
    patching: "AutomaticByPlatform",
  },
  /** What profile "single" takes instead: one machine, cheap, and openly not highly available. */
  single: {
    /** An update in place of the one machine there is; a scale set's repairs and upgrades are for several. */
    compute: "machines",
    machines: {
      count: 1,
      zones: ["1"],
      /**
       * About half of a Premium disk's price. The size stays the default's: a single machine has no other one that takes
       * over its load when the credits of a burstable size are used up.
       */
      osDiskType: "StandardSSD_LRS",
    },
    service: {
      stop: {
        /** No other machine takes the clients over meanwhile: a drain would only make the outage longer. */
        drainSeconds: 0,
      },
    },
  },
  /** What a cluster in an availability set takes instead: it is for regions without zones, which refuse copies over zones. */
  zoneless: {
    artifactStore: { redundancy: "Standard_LRS" },
  },
  autoscale: {
    /** Mean of all machines over ten minutes; usual marks of Azure's own samples. */
    cpuAbovePercent: 70,
    cpuBelowPercent: 30,
    /** One machine at a time, and time to boot and install before the next decision. */
    windowMinutes: 10,
    cooldownMinutes: 15,
  },
  network: {
    addressSpace: "10.20.0.0/16",
    machinesSubnet: "10.20.0.0/22",
    consulSubnet: "10.20.4.0/27",
    /** Minutes a NAT gateway keeps an idle flow: Azure's default. */
    natIdleTimeoutMinutes: 4,
    /** Three reviews' worth of refused and admitted flows (S0-32, S0-33). */
    flowLogRetentionDays: 90,
  },
  firewall: {
    /** Rules are reviewed, and stale ones removed, once a month (S0-33). */
    reviewEveryDays: 30,
  },
  loadBalancer: {
    /** Second health level, S0-55; also Azure's shortest interval. */
    probeIntervalSeconds: 5,
    /** Two failures in a row: 10 s to ejection (design arithmetic; `numberOfProbes` is not honoured by Azure). */
    probeThreshold: 2,
    /** All five parts of a flow decide: the most even distribution. */
    sessionAffinity: "none",
    /** Azure's default for TCP idle flows; TCP reset tells both ends. */
    idleTimeoutMinutes: 4,
  },
  service: {
    /** S0-50: asks only whether the process serves. */
    livenessPath: "/health",
    /** S3-09: not ready while draining. */
    readinessPath: "/ready",
    /** One release running, one to go back to, one more. */
    releasesToKeep: 3,
    /** A renewed certificate or password is on every machine within five minutes, at a fraction of a vault's limits. */
    secretRefreshSeconds: 300,
  },
  watchdog: {
    /** First health level, S0-54. */
    intervalSeconds: 1,
    timeoutSeconds: 1,
    /** Hung after 5 s without an answer, and back within ten: half of what a slow pause of a program takes at most. */
    failures: 5,
  },
  logs: {
    /** S2-35: 100 MB or a day, whichever comes first, and a week. */
    maxMegabytes: 100,
    keepDays: 7,
    /** A full disk stops everything: far below the smallest system disk, far above a week of usual logs. */
    totalMegabytes: 2048,
  },
  artifactStore: {
    /** Three copies over the zones: a machine that replaces one of a lost zone still finds its program. */
    redundancy: "Standard_ZRS",
    /** Time in which a deleted release can be brought back. */
    softDeleteDays: 14,
  },
  secretStore: {
    /** Days in which a deleted vault can be brought back: Azure's default and its most; it can't be changed later. */
    softDeleteRetentionDays: 90,
  },
  consul: {
    /** Three stand the loss of one (S3-22: a majority decides). */
    servers: 3,
    zones: ["1", "2", "3"],
    /** The vendor's least are 2 cores; no burst credits to run out of, which would look like a lost leader. */
    size: "Standard_D2s_v5",
    osDiskType: "Premium_LRS",
    dataDiskType: "Premium_LRS",
    /** Raft's log and snapshots, which are small; more than 3 IOPS per GiB aren't needed at that size. */
    dataDiskSizeGb: 32,
    datacenter: "dc1",
    domain: "consul",
    /** Raft's time-outs as they are for production: 1 s, instead of the 5 s of Consul's default. */
    raftMultiplier: 1,
    /** Forever, and often enough that a machine finds its servers within a quarter of a minute. */
    retryIntervalSeconds: 15,
    /** A client may keep an answer of DNS so long: a drained machine gets no new callers after it. */
    dnsTtlSeconds: 5,
    /** How far behind the leader the answer of another server may be. */
    dnsMaxStaleSeconds: 10,
    /** A machine of a scale set never comes back under its name: HashiCorp's own modules for such machines wait so long. */
    reconnectTimeoutMinutes: 15,
    /** At least two scrapes of a minute each. */
    prometheusRetentionSeconds: 120,
    /** S3-16. */
    checkIntervalSeconds: 10,
    /** A tenth of the interval: a service that takes longer is as good as gone for its callers. */
    checkTimeoutSeconds: 1,
    /** Third health level, S0-56. */
    dependenciesPath: "/health/deps",
    dependenciesIntervalSeconds: 10,
    /** S0-51, S0-57: three beats may be lost. */
    ttlSeconds: 30,
    /** A gone machine's entry goes with it; a long deployment or a drill doesn't take a living one's away (S0-57). */
    deregisterAfterMinutes: 60,
    /** Between two looks of the servers' agents at what is declared. */
    declaredDataSeconds: 10,
    /** A lost datacenter costs an hour of changes at most; a week of snapshots, each of a few megabytes. */
    snapshotIntervalMinutes: 60,
    snapshotsKept: 168,
    /** Supported until 2029. */
    image: { publisher: "Canonical", offer: "ubuntu-24_04-lts", sku: "server", version: "latest" },
    /** A server's certificate is renewed by any update in the second half of its life, an authority's in its last two years. */
    certificateHours: { authority: 87_600, authorityRenewal: 17_520, server: 17_520, serverRenewal: 8_760 },
  },
  /** The one of a service's instances that leads, decided by Consul: a hung one has a successor within 9 s. */
  leader: {
    checkIntervalSeconds: 2,
    checkTimeoutSeconds: 1,
    failures: 2,
    /** For writes that are under way; Consul's own 15 s would be most of the takeover. What is left the fence stops. */
    lockDelaySeconds: 2,
    /** An attempt every 200 ms, a raft commit and its first write: with room for a slow disk. */
    acquireSeconds: 1,
  },
  schedule: { timeLimitSeconds: 259_200 },
  installGate: {
    intervalSeconds: 2,
    timeoutSeconds: 2,
    consecutiveSuccesses: 3,
    deadlineSeconds: 120,
  },
  stop: {
    /** Beyond the balancer's detection, for flows under way. */
    drainMarginSeconds: 10,
    /** S4-37, S4-38: after the drain (S4-36 gives it 30 s; the default takes 20), 60 s to finish and 10 s to be killed. */
    stopSeconds: 60,
    killSeconds: 10,
  },
  hosts: {
    port: 22,
    /** One host restarts while all others serve. */
    atOnce: 1,
    /** S4-30. */
    dialTimeoutSeconds: 5,
    /** Half a minute of attempts in all: enough for a lost packet, and a host that is gone doesn't hold up the deployment. */
    dialRetries: 4,
    /** Slow downloads of the program, and the connection: nobody has numbers for them. */
    marginSeconds: 1800,
  },
  healthExtension: {
    intervalSeconds: 5,
    /** Three equal answers change the state: 15 s. */
    numberOfProbes: 3,
  },
  rollingUpgrade: {
    /** Time in which a machine that was just updated has to prove itself before the next one goes. */
    pauseSeconds: 60,
  },
  terminateNotification: {
    /** Azure's least; more where a service takes longer to drain and stop. */
    minutes: 5,
  },
  timeouts: {
    /** The install may take 90 minutes, and Azure tries a creation again for 30; an update at least its hours. */
    scaleSet: { create: "2h", update: 3, delete: "1h" },
    /** Downloads, and what Azure takes to hand over a new model: nobody has numbers for them. */
    rolloutMarginSeconds: 3600,
    machine: { create: "1h", update: "1h", delete: "1h" },
    /** The handler of an install itself gives up after 90 minutes. */
    extension: { create: "2h", update: "2h", delete: "30m" },
    /** Beside a good install: downloads by agent and script, each of which waits ten minutes for a new role. */
    runCommandMarginSeconds: 1800,
  },
  repairs: {
    /** Slowest creation of a Windows scale set seen in public acceptance runs is 396 s; rounded up. */
    bootSeconds: 600,
  },
  recovery: {
    /** S2-26: the service control manager restarts a process that ended by itself. The agent has the same list. */
    strategy: "constant",
    restartDelaySeconds: 5,
    /** S2-29: 1, 2, 4, 8, 16 s. */
    backoffDelaySeconds: 1,
    maximumRestarts: 5,
    /** S2-27: more than five in a row end the policy. */
    tail: "none",
    slowDelaySeconds: 60,
    /** The count begins anew only after a quiet period: with a day, six separate crashes would stop a service for good. */
    resetPeriodSeconds: 600,
    /** S1-22: an exit code that isn't 0 is a failure, too. */
    nonCrashFailures: true,
  },
  /** What predictions have to assume, because no declaration says it. */
  prediction: {
    /** A new Windows machine until its install begins: the slowest creation in public acceptance runs is 396 s. */
    machineCreationSeconds: 400,
    /** From the start of the process to its first answer: a service that connects in the background is quick. */
    serviceStartSeconds: 1,
    /** What a client waits for an answer before it gives up. */
    clientTimeoutSeconds: 2,
  },
  /** Kubernetes on Azure. */
  aks: AKS_DEFAULTS,
} as const;
