// Generates the snapshots of one package with npm fhir-snapshot-generator, from a package cache only, and writes what can be compared.
// Usage: node peer_snapshots.mjs CACHE_FOLDER NAME#VERSION FHIR_VERSION OUTPUT_FILE CANONICAL...
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [cachePath, context, fhirVersion, output, list] = process.argv.slice(2);
const require = createRequire(join(process.env.TWIIN_NODE_MODULES, 'here.js'));
const { FhirPackageExplorer } = require('fhir-package-explorer');
const { FhirSnapshotGenerator } = require('fhir-snapshot-generator');
const { readFileSync } = require('node:fs');

const silent = { info() {}, warn() {}, error() {}, debug() {} };
const fpe = await FhirPackageExplorer.create({ context: [context], cachePath, fhirVersion, skipExamples: true, registryUrl: 'https://127.0.0.1:9', logger: silent });
const generator = await FhirSnapshotGenerator.create({ fpe, fhirVersion, cacheMode: 'none', logger: silent });
const result = {};
for (const canonical of JSON.parse(readFileSync(list, 'utf8'))) {
  try {
    const { snapshot } = await generator.getSnapshot(canonical);
    result[canonical] = snapshot.element;
  } catch (error) {
    result[canonical] = String(error.message ?? error);
  }
}
writeFileSync(output, JSON.stringify(result));
process.exit(0);
