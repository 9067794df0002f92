// Files out of a drop or an input, with their paths inside the folder that was given.

const JUNK = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|~\$[^/]*|\._[^/]*)$|(^|\/)__MACOSX\//i;

/** The names that the operating system leaves behind are no evidence. */
export const isJunk = (path) => JUNK.test(path);

const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));
const someOf = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));

async function walk(entry, into) {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    into.push({ file: await fileOf(entry), path });
    return;
  }
  const reader = entry.createReader();
  // readEntries gives a hundred at a time.
  for (let some = await someOf(reader); some.length > 0; some = await someOf(reader)) {
    for (const child of some) await walk(child, into);
  }
}

/** Everything in a drop: [{file, path}]. Folders are walked. */
export async function fromDrop(transfer) {
  // The list empties itself as soon as this handler waits for something.
  const items = [...transfer.items].filter((i) => i.kind === "file").map((i) => ({ entry: i.webkitGetAsEntry?.(), file: i.getAsFile() }));
  const found = [];
  for (const { entry, file } of items) {
    if (entry) await walk(entry, found);
    else if (file) found.push({ file, path: file.name });
  }
  return found.filter((f) => !isJunk(f.path));
}

/** Everything in an `<input type="file">`, also one for folders. */
export const fromInput = (input) =>
  [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })).filter((f) => !isJunk(f.path));

const isZip = (path) => /\.zip$/i.test(path);
const stem = (path) => path.replace(/\.[^.]+$/, "");

/**
 * What stands at the top: each folder and each ZIP could be a package of its own; other files belong together.
 * Returns {packages: [{name, files: [{file, path}]}], loose: [{file, path}]}; paths of a folder's files begin inside it.
 */
export function parts(files) {
  const folders = new Map();
  const packages = [];
  const loose = [];
  for (const { file, path } of files) {
    const cut = path.indexOf("/");
    if (cut > 0) {
      const top = path.slice(0, cut);
      if (!folders.has(top)) folders.set(top, { name: top, files: [] });
      folders.get(top).files.push({ file, path: path.slice(cut + 1) });
    } else if (isZip(path)) packages.push({ name: stem(path), files: [{ file, path }] });
    else loose.push({ file, path });
  }
  return { packages: [...folders.values(), ...packages], loose };
}

/** All files as one package: a single folder is entered, and names it. */
export function together(files) {
  const { packages, loose } = parts(files);
  if (packages.length === 1 && loose.length === 0) return packages[0];
  return { name: files.length === 1 ? stem(files[0].path) : "", files };
}
