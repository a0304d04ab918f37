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
    /** Azure installs security updates, never in two zones at the same time. */
    patching: "AutomaticByPlatform",
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
  healthExtension: {
    intervalSeconds: 5,
    /** Three equal answers change the state: 15 s. */
    numberOfProbes: 3,
  },
  rollingUpgrade: {
    /** Time in which a machine that was just updated has to prove itself before the next one goes. */
    pauseSeconds: 60,
  },
  repairs: {
    /** Slowest creation of a Windows scale set seen in public acceptance runs is 396 s; rounded up. */
    bootSeconds: 600,
  },
  recovery: {
    /** S2-26: the service control manager restarts a process that ended by itself; written in the agent. */
    restartDelaySeconds: 5,
  },
  /** What predictions have to assume, because no declaration says it. */
  prediction: {
    /** From the start of the process to its first answer: a service that connects in the background is quick. */
    serviceStartSeconds: 1,
    /** What a client waits for an answer before it gives up. */
    clientTimeoutSeconds: 2,
  },
} as const;
