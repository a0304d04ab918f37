/*
 * Quantities as an API server writes them, with the largest unit that takes them whole. It keeps `1000m` as `1`, and
 * Pulumi would find a change after each refresh.
 */

/** 250 → `250m`, 1000 → `1` */
export function cpuQuantity(millicores: number): string {
  return millicores % 1000 === 0 ? `${millicores / 1000}` : `${millicores}m`;
}

/** 512 → `512Mi`, 2048 → `2Gi`. One of Kubernetes' megabytes is 1024 × 1024 bytes. */
export function memoryQuantity(megabytes: number): string {
  return megabytes % 1024 === 0 ? `${megabytes / 1024}Gi` : `${megabytes}Mi`;
}
