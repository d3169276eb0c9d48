/** A lab with a mesh, Kong in it and the DJ app behind both, v1 serving; and the action as a workflow would call it. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ActionResult, RunningAction } from '../../../lab/action/run.ts';
import { startAction } from '../../../lab/action/run.ts';
import { applyApplication, applyMesh, gatewayOf } from '../../../lab/demo/seed.ts';
import type { Lab } from '../../../lab/index.ts';
import { startLab } from '../../../lab/index.ts';
import type { MeshName } from '../../../lab/mesh/index.ts';
import { meshKind } from '../../../lab/mesh/index.ts';

export class SeedWorld {
  readonly lab: Lab;
  readonly mesh: MeshName;
  /** Where users' requests come in. */
  gatewayUrl: string;
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-seed-'));

  private constructor(lab: Lab, mesh: MeshName) {
    this.lab = lab;
    this.mesh = mesh;
    this.gatewayUrl = lab.gatewayUrl;
  }

  static async start(mesh: MeshName): Promise<SeedWorld> {
    const world = new SeedWorld(await startLab(), mesh);
    try {
      await applyMesh(world.lab, mesh);
      if (meshKind(mesh).seed.gateway === undefined) {
        const setup = await world.run({ command: 'setup' });
        if (setup.code !== 0) throw new Error(`setup failed:\n${setup.log}`);
      }
      await applyApplication(world.lab, mesh);
      world.gatewayUrl = await gatewayOf(world.lab, mesh);
      return world;
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    fs.rmSync(this.#folder, { recursive: true, force: true });
    await this.lab.stop();
  }

  begin(inputs: Record<string, string>): RunningAction {
    const { node24: node, binDir, kubeconfig, chartRepository } = this.lab;
    const given = { 'kong-chart-repository': chartRepository, 'gateway-url': this.gatewayUrl, ...inputs };
    return startAction({ node, binDir, kubeconfig, folder: this.#folder, inputs: given });
  }

  run(inputs: Record<string, string>): Promise<ActionResult> {
    return this.begin(inputs).finished;
  }
}
