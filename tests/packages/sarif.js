// SPDX-License-Identifier: MIT
// Validate the SARIF on standard input: says what is wrong, and exits with 1.
const fs = require("fs");
const Ajv = require("ajv");

const draft = require("ajv/lib/refs/json-schema-draft-04.json");
const schema = JSON.parse(fs.readFileSync(require.resolve(
	"@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json")));
const ajv = new Ajv({ schemaId: "auto", meta: false, unknownFormats: "ignore",
	allErrors: true });
ajv.addMetaSchema(draft);
ajv._opts.defaultMeta = draft.id;

const validate = ajv.compile(schema);
if (!validate(JSON.parse(fs.readFileSync(0)))) {
	for (const error of validate.errors)
		console.log(`${error.dataPath} ${error.message}`);
	process.exit(1);
}
