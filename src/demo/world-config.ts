import { EXIT_IPS, OPERATOR } from "./providers.ts";
import type { World } from "./world.ts";

/** The config file of a daemon that watches this world, in a hurry. */
export function worldConfig(
  world: Pick<World, "submission" | "providers" | "dns">,
  dataDir: string,
  listenPort: number,
): string {
  return JSON.stringify({ world: world.dns, dataDir, listenPort, EXIT_IPS, OPERATOR });
}
