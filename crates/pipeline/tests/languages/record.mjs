// Writes what Node.js and the packages of mongosh make of `javascript.txt`: `npm i bson @mongosh/shell-bson`, then
// `node record.mjs`. In: code up to an empty line, whose value is `v`. Out: a line `=> ` with `v` as it is sent.
import fs from "node:fs";
import vm from "node:vm";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const bson = require("bson");
const { constructShellBson } = require("@mongosh/shell-bson");
const file = new URL("javascript.txt", import.meta.url);

function sent(code) {
  const shell = constructShellBson({ bsonLibrary: bson, printWarning() {} });
  const context = vm.createContext({ ...shell, EJSON: bson.EJSON, structuredClone, console });
  try {
    const value = vm.runInContext(`${code}\n;v`, context, { timeout: 2000 });
    context.value = value;
    const plain = bson.deserialize(bson.serialize({ v: value }, { ignoreUndefined: false, serializeFunctions: true }), {
      promoteValues: false, bsonRegExp: true,
    });
    return bson.EJSON.stringify(plain.v === undefined ? null : plain.v, { relaxed: false });
  } catch (error) {
    return "refused";
  }
}

const blocks = fs.readFileSync(file, "utf8").trimEnd().split("\n\n").map((block) => {
  if (block.startsWith("#")) return block;
  const code = block.split("\n").filter((line) => !line.startsWith("=> ")).join("\n");
  return `${code}\n=> ${sent(code)}`;
});
fs.writeFileSync(file, blocks.join("\n\n") + "\n");
