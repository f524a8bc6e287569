// Runs Python code in Pyodide: node in_node.mjs PYODIDE SITE_PACKAGES PROJECT CODE
// What Pyodide does not carry itself is taken from the site packages, where it is pure Python.
const [folder, packages, project, code] = process.argv.slice(2);
const { loadPyodide } = await import(`${folder}/pyodide.mjs`);
const python = await loadPyodide({ indexURL: `${folder}/` });
await python.loadPackage(
  ["pandas", "markupsafe", "tzdata", "typing-extensions"], { messageCallback: () => {} });
for (const [at, root] of [["/packages", packages], ["/project", project]]) {
  python.FS.mkdirTree(at);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, at);
}
process.exit(python.runPython(code));
