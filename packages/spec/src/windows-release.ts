import type { Finding } from "./finding";
import type { GoBuildInfo } from "./go-build-info";
import type { ImageSpec } from "./machine-image";

/** Releases of Windows Server that Azure has, or had, images of; oldest first. */
const RELEASES = ["2008 R2", "2012", "2012 R2", "2016", "2019", "2022", "2025"] as const;
type WindowsRelease = (typeof RELEASES)[number];

/**
 * The oldest Windows Server that programs of a Go release start on, newest row first. Go 1.20 was the last for Windows 7,
 * 8, Server 2008 R2 and 2012 (release notes of Go 1.20 and 1.21, "Windows"), Go 1.10 the last for older ones (E09).
 */
const GO_NEEDS: readonly { sinceMinor: number; oldest: WindowsRelease }[] = [
  { sinceMinor: 21, oldest: "2016" },
  { sinceMinor: 11, oldest: "2008 R2" },
];

/** Which Windows Server a marketplace image holds, by its SKU, else by its offer; undefined when neither says. */
export function windowsRelease({ sku, offer }: ImageSpec): WindowsRelease | undefined {
  // Microsoft's own: "2012-R2-Datacenter"; software on Windows Server: offer "sql2019-ws2022", "sql2014sp3-ws2012r2".
  const [, year, second] = /^(20\d\d)(-r2)?-/i.exec(sku) ?? /-ws(20\d\d)(r2)?\b/i.exec(offer) ?? [];
  const name = second === undefined ? year : `${year} R2`;
  return RELEASES.find((release) => release === name);
}

/** Whether programs of a Go version start on the machines' Windows. What isn't known isn't refused. */
export function checkGoVersion({ goVersion }: GoBuildInfo, image: ImageSpec, path: string): Finding[] {
  const release = windowsRelease(image);
  const minor = /^go1\.(\d+)/.exec(goVersion)?.[1];
  const need = GO_NEEDS.find(({ sinceMinor }) => Number(minor) >= sinceMinor);
  if (release === undefined || need === undefined || RELEASES.indexOf(release) >= RELEASES.indexOf(need.oldest)) {
    return [];
  }
  return [
    {
      rule: "go-windows-version",
      path,
      seen: `a program of ${goVersion}, for machines with Windows Server ${release} (${image.offer} / ${image.sku})`,
      allowed: `Windows Server ${need.oldest} or newer for Go 1.${need.sinceMinor} and later`,
      fix: `Choose a newer image, such as 2022-datacenter-azure-edition: older Go releases get no security fixes, and windows-ha-agent needs Windows Server 2016, too.`,
    },
  ];
}
